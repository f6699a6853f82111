package dev.ravel.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageLoader;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How somebody beside it looks at a machine. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MachineSessionTest {
    private static final String PRINTER = """
                    li      s0, 0x10000000          # UART
            print:  lbu     t0, 5(s0)               # LSR: is the transmitter empty?
                    andi    t0, t0, 0x20
                    beqz    t0, print
                    sb      s1, 0(s0)
                    j       print
            """;

    @Test
    void aGuestRunsOnWhileItsMemoryIsLookedAt() throws Exception {
        try (MachineSession session = printer();
                GuestConsole.Output output = session.console().openOutput()) {
            session.start();
            assertThat(session.whileOpen(machine -> printsMore(output))).contains(true);
        }
    }

    @Test
    void aMachineThatWasClosedIsNotLookedAt() throws Exception {
        MachineSession session = printer();
        session.close();
        assertThat(session.whileOpen(machine -> true)).isEmpty();
        assertThat(session.whileStill(machine -> true)).isEmpty();
    }

    @Test
    void theTimeForWhichAMachineIsHeldIsCounted() throws Exception {
        try (MachineSession session = printer()) {
            session.start();
            assertThat(session.heldNanos()).isZero();
            long looked = session.whileStill(machine -> {
                        long start = System.nanoTime();
                        LockSupport.parkNanos(1_000_000);
                        return System.nanoTime() - start;
                    })
                    .orElseThrow();
            long held = session.heldNanos();
            assertThat(held).isGreaterThanOrEqualTo(looked);
            session.whileOpen(machine -> true);
            assertThat(session.heldNanos()).isEqualTo(held);
        }
    }

    private static MachineSession printer() throws Exception {
        GuestConsole console = new GuestConsole();
        Machine machine = Machine.builder()
                .memory(4 << 20)
                .bios(new Bios.None())
                .kernel(ImageLoader.parse("printer", ElfWriter.write(Assembler.assemble("printer.s", PRINTER))))
                .console(console)
                .build();
        return new MachineSession("printer", machine, console);
    }

    /** Reads all that was printed until now, and a byte more: one that stands still never prints it. */
    private static boolean printsMore(GuestConsole.Output output) {
        try {
            return output.readNBytes(output.available() + 1).length > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
