package dev.ravel.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageLoader;
import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GuestConsoleTest {
    /** Prints the bytes from 0 to 255 over and over as a driver does, and counts timer interrupts in s5. */
    private static final String PRINTER = """
            _start: lla     t0, tick
                    csrw    mtvec, t0
                    li      s0, 0x10000000
                    li      s6, 0x2004000           # mtimecmp
                    sd      zero, (s6)
                    li      t0, 1 << 7
                    csrw    mie, t0
                    csrsi   mstatus, 8
            print:  lbu     t0, 5(s0)               # LSR: is the transmitter empty?
                    andi    t0, t0, 0x20
                    beqz    t0, print
                    sb      s1, 0(s0)
                    addi    s1, s1, 1
                    j       print
                    .balign 4
            tick:   addi    s5, s5, 1
                    csrr    s7, time
                    addi    s7, s7, 1000
                    sd      s7, (s6)
                    mret
            """;

    private static final int S5 = 21;

    static List<String> engines() {
        return EngineProvider.names();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aReaderThatStopsReadingHoldsNobodyUpAndLosesNothing(String engine) throws Exception {
        GuestConsole console = new GuestConsole();
        Machine machine = Machine.builder()
                .memory(4 << 20)
                .engine(engine)
                .bios(new Bios.None())
                .kernel(ImageLoader.parse("printer", ElfWriter.write(Assembler.assemble("printer.s", PRINTER))))
                .console(console)
                .build();
        try (MachineSession session = new MachineSession("printer", machine, console)) {
            GuestConsole.Output output = console.openOutput();
            session.start();
            while (!console.congested()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            int held = output.available();
            long before = ticks(machine);
            while (ticks(machine) < before + 10) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertThat(output.available()).as("no more than it held").isEqualTo(held);

            byte[] bytes = new byte[10_000];
            int next = 0;
            for (int total = 0; total < 2 * held; ) {
                int n = output.read(bytes);
                for (int i = 0; i < n; i++) {
                    if ((bytes[i] & 0xff) != next) {
                        throw new AssertionError("byte " + (total + i) + " is " + bytes[i] + ", not " + next);
                    }
                    next = next + 1 & 0xff;
                }
                total += n;
            }
            while (!console.congested()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            session.stop();
            assertThat(session.awaitEnd()).isEqualTo(new End.Stopped());
        }
    }

    /** Timer interrupts so far; pausing works although nobody reads. */
    private static long ticks(Machine machine) {
        machine.pause();
        long count = machine.harts().getFirst().x[S5];
        machine.resume();
        return count;
    }

    /** A guest prints byte by byte, and a reader that is woken by the first of them waits for others: none is lost by that. */
    @Test
    void aReaderThatWaitedMissesNothingAndKeepsTheOrder() throws Exception {
        GuestConsole console = new GuestConsole();
        GuestConsole.Output output = console.openOutput();
        byte[] printed = new byte[100_000];
        for (int i = 0; i < printed.length; i++) {
            printed[i] = (byte) (i * 31 >> 3);
        }
        Thread guest = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < printed.length; i++) {
                console.output(printed[i] & 0xff);
                if (i % 1000 == 0) {
                    LockSupport.parkNanos(1);
                }
            }
            console.close();
        });

        assertThat(output.readAllBytes()).isEqualTo(printed);
        guest.join();
    }

    @Test
    void aReaderOfSingleBytesGetsEachAndTheEndAfterThem() throws Exception {
        GuestConsole console = new GuestConsole();
        GuestConsole.Output output = console.openOutput();
        console.output('a');
        console.output(0xff);
        console.close();

        assertThat(output.read()).isEqualTo('a');
        assertThat(output.read()).isEqualTo(0xff);
        assertThat(output.read()).isEqualTo(-1);
    }
}
