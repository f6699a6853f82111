package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.End;
import dev.ravel.machine.config.Bios;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a guest of QEMU's {@code virt} machine finds when it starts, and relies on. */
class StateAtResetTest {
    private static final String ENTER_SUPERVISOR_MODE = """
            _start: lla     t0, failed
                    csrw    mtvec, t0
                    li      t0, -1
                    csrw    pmpaddr0, t0
                    li      t0, 0x1f
                    csrw    pmpcfg0, t0
                    li      t0, 3 << 11
                    csrc    mstatus, t0
                    li      t0, 1 << 11
                    csrs    mstatus, t0
                    lla     t0, start
                    csrw    mepc, t0
                    mret
            """;

    private static final String START_IN_SUPERVISOR_MODE = """
            _start: lla     t0, failed
                    csrw    stvec, t0
            """;

    /** Maps RAM and devices by superpages of 1 GiB whose A and D are 0, and looks at them from within. */
    private static final String USE_A_PAGE_TABLE_WITHOUT_A_AND_D = """
            start:  lla     s0, root
                    li      t0, 0x7                 # V R W
                    sd      t0, 0(s0)
                    li      t0, 0x80000000 >> 2 | 0xf       # V R W X
                    sd      t0, 16(s0)
                    srli    t0, s0, 12
                    li      t1, 8 << 60
                    or      t0, t0, t1
                    csrw    satp, t0
                    sfence.vma
                    ld      t1, 16(s0)
                    andi    t1, t1, 0xc0
                    li      t2, 0x40                # A, because instructions were fetched
                    bne     t1, t2, failed
                    sd      zero, 8(s0)
                    ld      t1, 16(s0)
                    andi    t1, t1, 0xc0
                    li      t2, 0xc0                # and D
                    bne     t1, t2, failed
                    li      t1, 0x5555
                    j       end
                    .balign 4
            failed: csrw    satp, zero
                    li      t1, 0x13333
            end:    li      t0, 0x100000
                    sw      t1, (t0)
                    j       .
                    .balign 4096
            root:   .zero   4096
            """;

    static List<String> engines() {
        return EngineProvider.names();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void theHartSetsAAndDForKernelsThatTurnedNothingOn(String engine) throws Exception {
        assertThat(run(ENTER_SUPERVISOR_MODE, TestRom.Start.MACHINE_MODE, new Bios.None(), engine))
                .isEqualTo(new End.PoweredOff());
        assertThat(run(START_IN_SUPERVISOR_MODE, TestRom.Start.ABOVE_FIRMWARE, new Bios.BuiltIn(), engine))
                .isEqualTo(new End.PoweredOff());
    }

    private static End run(String entry, TestRom.Start start, Bios bios, String engine) throws Exception {
        Program program = new Assembler(AssemblerOptions.standard().base(start.address()))
                .assemble(List.of(new Source("reset.s", entry + USE_A_PAGE_TABLE_WITHOUT_A_AND_D)));
        try (TestMachine machine = new TestMachine(program, bios, 1, engine)) {
            machine.start();
            return machine.result(Duration.ofSeconds(30)).end();
        }
    }
}
