package dev.ravel.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.Program;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GdbServerTest {
    private static final String GDB = "gdb-multiarch";

    /** 5 factorial, then a breakpoint of its own, whose handler switches the machine off. */
    private static final String FACTORIAL = """
            _start: csrr t0, mhartid
            wait:   bnez t0, wait
                    lla  t0, handler
                    csrw mtvec, t0
                    lla  sp, stack
                    li   a0, 5
                    call factorial
            done:   lla  t0, result
                    sd   a0, (t0)
                    ebreak
            1:      j    1b
            factorial:
                    li   t0, 2
                    bltu a0, t0, one
                    addi sp, sp, -16
                    sd   ra, 8(sp)
                    sd   a0, (sp)
                    addi a0, a0, -1
                    call factorial
                    ld   t1, (sp)
                    ld   ra, 8(sp)
                    addi sp, sp, 16
            multiply:
                    mul  a0, a0, t1
                    ret
            one:    li   a0, 1
                    ret
                    .balign 4
            handler:
                    csrr s1, mcause
                    li   t0, 0x100000
                    li   t1, 0x5555
                    sw   t1, (t0)
            1:      j    1b
                    .data
            result: .dword 0
                    .zero 256
            stack:
            """;

    /** Switches on Sv39, with its gigabyte also at the top of the address space, and goes on there. */
    private static final String PAGED = """
                    .equ HIGH, 0xffffffff00000000
            _start: csrr t0, mhartid
            wait:   bnez t0, wait
                    lla  t0, table
                    srli t1, t0, 12
                    li   t2, 8 << 60
                    or   s0, t1, t2
                    li   t1, 0x20000000 | 0xcf      # 0x80000000, V R W X A D
                    sd   t1, 16(t0)
                    li   t2, 0xff0
                    add  t2, t0, t2
                    sd   t1, (t2)                   # its last entry but one
                    li   t0, -1
                    csrw pmpaddr0, t0
                    li   t0, 0x1f
                    csrw pmpcfg0, t0
                    li   t0, 1 << 11
                    csrs mstatus, t0
                    li   t0, 1 << 12
                    csrc mstatus, t0
                    lla  t0, supervisor
                    csrw mepc, t0
                    mret
            supervisor:
                    csrw satp, s0
                    sfence.vma
                    lla  t0, above
                    li   t1, 0xffffffff00000000
                    add  t0, t0, t1
                    jr   t0
            above:  li   a1, 7
            there:  addi a1, a1, 1
                    li   t0, 0x100000
            1:      j    1b
                    .balign 4096
            table:  .zero 4096
            """;

    @TempDir
    private Path folder;

    private static Machine machine(Program program, int harts, String engine) {
        try {
            return Machine.builder()
                    .memory(16 << 20)
                    .cpus(harts)
                    .bios(new Bios.None())
                    .engine(engine)
                    .kernel(ImageLoader.parse("program", ElfWriter.write(program)))
                    .build();
        } catch (ImageException e) {
            throw new AssertionError(e);
        }
    }

    private static GdbServer listen(Machine machine) throws IOException {
        GdbServer server = GdbServer.listen(machine, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        machine.start();
        return server;
    }

    /** A debugger that knows little. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final Packets packets;

        private Client(GdbServer server) throws IOException {
            socket = new Socket(
                    InetAddress.getLoopbackAddress(), server.address().getPort());
            socket.setTcpNoDelay(true);
            packets = new Packets(socket.getInputStream(), socket.getOutputStream());
        }

        private String ask(String command) throws IOException {
            packets.write(command);
            return packets.read();
        }

        private long register(int number) throws IOException {
            return Long.reverseBytes(Long.parseUnsignedLong(ask("p" + Integer.toHexString(number)), 16));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String breakpoint(long address, int length) {
        return "0,%x,%d".formatted(address, length);
    }

    @EveryEngine(
            harts = 2,
            variations = {})
    void theProgramStopsAtEachBreakpointAndTheGuestKnowsNothingOfIt(TestEngine engine) throws Exception {
        Program program = Assembler.assemble("factorial.s", FACTORIAL);
        try (Machine machine = machine(program, 2, engine.name());
                GdbServer server = listen(machine);
                Client gdb = new Client(server)) {
            assertThat(gdb.ask("?")).isEqualTo("T05thread:1;");
            assertThat(gdb.register(32)).as("the boot ROM").isEqualTo(0x1000);
            String before = gdb.ask("m%x,40".formatted(program.address("factorial")));
            assertThat(gdb.ask("Z" + breakpoint(program.address("multiply"), 4)))
                    .isEqualTo("OK");
            assertThat(gdb.ask("m%x,40".formatted(program.address("factorial"))))
                    .isEqualTo(before);
            for (int i = 2; i <= 5; i++) {
                assertThat(gdb.ask("vCont;c")).isEqualTo("T05thread:1;");
                assertThat(gdb.register(32)).isEqualTo(program.address("multiply"));
                assertThat(gdb.register(6)).as("t1").isEqualTo(i);
                // Over it, as a debugger does.
                assertThat(gdb.ask("z" + breakpoint(program.address("multiply"), 4)))
                        .isEqualTo("OK");
                assertThat(gdb.ask("s")).isEqualTo("T05thread:1;");
                assertThat(gdb.register(32)).isEqualTo(program.address("multiply") + 4);
                assertThat(gdb.ask("Z" + breakpoint(program.address("multiply"), 4)))
                        .isEqualTo("OK");
            }
            assertThat(gdb.ask("Z1,%x,4".formatted(program.address("done")))).isEqualTo("OK");
            assertThat(gdb.ask("c")).isEqualTo("T05thread:1;");
            assertThat(gdb.register(10)).isEqualTo(120);
            assertThat(gdb.ask("z1,%x,4".formatted(program.address("done")))).isEqualTo("OK");
            assertThat(gdb.ask("Pa=2a00000000000000")).isEqualTo("OK");
            // Its own ebreak is the guest's.
            assertThat(gdb.ask("Z" + breakpoint(program.address("handler"), 4))).isEqualTo("OK");
            assertThat(gdb.ask("c")).isEqualTo("T05thread:1;");
            assertThat(gdb.register(65 + 0x342)).as("mcause").isEqualTo(3);
            assertThat(gdb.register(65 + 4096)).as("privilege").isEqualTo(3);
            assertThat(gdb.ask("m%x,8".formatted(program.address("result")))).isEqualTo("2a00000000000000");
            assertThat(gdb.ask("z" + breakpoint(program.address("handler"), 4))).isEqualTo("OK");
            assertThat(gdb.ask("c")).isEqualTo("W00");
            assertThat(machine.end().get()).isEqualTo(new End.PoweredOff());
        }
    }

    @EveryEngine(
            harts = 2,
            variations = {})
    void aBreakpointWhereNothingIsMappedYetWaitsForIt(TestEngine engine) throws Exception {
        Program program = Assembler.assemble("paged.s", PAGED);
        long high = 0xffff_ffff_0000_0000L + program.address("there");
        try (Machine machine = machine(program, 2, engine.name());
                GdbServer server = listen(machine);
                Client gdb = new Client(server)) {
            assertThat(gdb.ask("m%x,4".formatted(high))).startsWith("E");
            assertThat(gdb.ask("Z" + breakpoint(high, 4))).isEqualTo("OK");
            assertThat(gdb.ask("c")).isEqualTo("T05thread:1;");
            assertThat(gdb.register(32)).isEqualTo(high);
            assertThat(gdb.register(65 + 4096)).as("privilege").isEqualTo(1);
            assertThat(gdb.ask("M%x,8:0102030405060708".formatted(high + 0x80))).isEqualTo("OK");
            assertThat(gdb.ask("m%x,8".formatted(program.address("there") + 0x80)))
                    .isEqualTo("0102030405060708");
            // Detached, it runs on without the breakpoint.
            assertThat(gdb.ask("D")).isEqualTo("OK");
        }
    }

    @Test
    void aProgramThatRunsIsInterruptedAndNonsenseIsRefused() throws Exception {
        Program program = Assembler.assemble("loop.s", "_start: addi a0, a0, 1\n j _start\n");
        try (Machine machine = machine(program, 2, "interp");
                GdbServer server = listen(machine)) {
            try (Client gdb = new Client(server)) {
                assertThat(gdb.ask("qfThreadInfo")).isEqualTo("m1,2");
                gdb.packets.write("c");
                while (machine.instructionsRetired() < 1000) {
                    Thread.onSpinWait();
                }
                gdb.socket.getOutputStream().write(3);
                assertThat(gdb.packets.read()).isEqualTo("T02thread:1;");
                long before = machine.instructionsRetired();
                // The other hart alone.
                assertThat(gdb.ask("vCont;s:2")).isEqualTo("T05thread:2;");
                assertThat(machine.instructionsRetired()).isEqualTo(before + 1);
                for (String command : List.of(
                        "m",
                        "mzz,4",
                        "m0,-1",
                        "p",
                        "pffffff",
                        "P1",
                        "M80000000,4:00",
                        "Z0",
                        "Z0,80000001,4",
                        "Hg9",
                        "T7",
                        "G0",
                        "X80000000,9:",
                        "vCont;s:99")) {
                    assertThat(gdb.ask(command)).as(command).startsWith("E");
                }
                for (String command :
                        List.of("", "vNever", "qNever", "!", "Z2,80000000,4", "qXfer:memory-map:read::0,10")) {
                    assertThat(gdb.ask(command)).as(command).isEmpty();
                }
                assertThat(gdb.ask("m100000,4")).as("a device's registers").startsWith("E");
            }
            // Whoever goes without a word lets it go; the next one finds it running.
            long before = machine.instructionsRetired();
            while (machine.instructionsRetired() < before + 1000) {
                Thread.onSpinWait();
            }
            try (Client gdb = new Client(server)) {
                assertThat(gdb.ask("?")).isEqualTo("T05thread:1;");
                assertThat(gdb.ask("k")).isEqualTo("OK");
                assertThat(machine.end().get()).isEqualTo(new End.Stopped());
            }
        }
    }

    @Test
    void gdbItselfDebugsAProgram() throws Exception {
        Path elf = Files.write(
                folder.resolve("factorial.elf"), ElfWriter.write(Assembler.assemble("factorial.s", FACTORIAL)));
        try (Machine machine = machine(Assembler.assemble("factorial.s", FACTORIAL), 2, "interp");
                GdbServer server = listen(machine)) {
            String said = gdb(
                    elf,
                    "target remote 127.0.0.1:" + server.address().getPort(),
                    "info threads",
                    "break multiply if $t1 == 4",
                    "continue",
                    "print $a0",
                    "stepi",
                    "print $a0",
                    "x/2i $pc",
                    "print $mtvec == (long) &handler",
                    "print $priv",
                    "set var $f3 = 1.5",
                    "print $ft3.float",
                    "print/x $f3",
                    "set can-use-hw-watchpoints 0",
                    "watch *(long *) &result",
                    "delete 1",
                    "continue",
                    "print *(long *) &result",
                    "delete",
                    "set var $a0 = 3",
                    "monitor help",
                    "continue");
            assertThat(said)
                    .contains("hart 0, M-mode", "hart 1, M-mode")
                    .contains("$1 = 6", "$2 = 24", "ret", "$3 = 1", "multiply")
                    .contains("presses the machine's reset button")
                    .contains("exited normally")
                    .contains("= 120");
        }
    }

    private String gdb(Path elf, String... commands) throws Exception {
        List<String> all = new ArrayList<>(List.of(GDB, "-nx", "-batch", elf.toString()));
        for (String command : commands) {
            all.add("-ex");
            all.add(command);
        }
        Path output = folder.resolve("gdb.out");
        Process process;
        try {
            process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
        } catch (IOException e) {
            assumeTrue(false, GDB + " is not installed");
            throw e;
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as(Files.readString(output))
                .isTrue();
        return Files.readString(output);
    }
}
