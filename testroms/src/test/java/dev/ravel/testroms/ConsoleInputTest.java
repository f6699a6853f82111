package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.End;
import dev.ravel.machine.config.Bios;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bare-metal programs that read the console, each in its own way. */
class ConsoleInputTest {
    private static final String EQUATES = """
                    .equ    UART, 0x10000000
                    .equ    RBR, 0
                    .equ    IER, 1
                    .equ    LSR, 5
                    .equ    PLIC, 0x0c000000
                    .equ    CLAIM, 0x200004
            _start: li      s0, UART
            """;

    private static final String POWER_OFF = "        li t0, 0x100000\n li t1, 0x5555\n sw t1, (t0)\n9: j 9b\n";

    static List<String> engines() {
        return EngineProvider.names();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aGameThatLooksForAKeyBetweenTwoFramesSeesIt(String engine) throws Exception {
        // Draws, then looks once at LSR: never twice without a transmission in between.
        String program = """
                frame:  li      t0, '#'
                        sb      t0, RBR(s0)
                        lbu     t0, LSR(s0)
                        andi    t0, t0, 1
                        beqz    t0, frame
                        lbu     t0, RBR(s0)
                        sb      t0, RBR(s0)
                """;
        assertThat(typedAfter("#", "q", program + POWER_OFF, engine).console()).endsWith("#q");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aDriverThatMasksTheInterruptDrainsTheFifoByLsr(String engine) throws Exception {
        String program = """
                        li      s1, PLIC
                        li      t0, 1
                        sw      t0, 40(s1)              # priority of interrupt 10
                        li      t1, 0x2000
                        add     t1, t1, s1
                        li      t0, 1 << 10
                        sw      t0, (t1)                # enabled for machine mode of hart 0
                        li      s2, CLAIM
                        add     s2, s2, s1
                        sw      zero, -4(s2)            # threshold
                        li      t0, 1
                        sb      t0, IER(s0)
                        li      t0, '>'
                        sb      t0, RBR(s0)
                wait:   csrr    t0, mip
                        srli    t0, t0, 11
                        andi    t0, t0, 1
                        beqz    t0, wait
                        lw      t1, (s2)                # claim, mask, complete
                        sb      zero, IER(s0)
                        sw      t1, (s2)
                        li      s3, 0
                drain:  lbu     t0, LSR(s0)
                        andi    t0, t0, 1
                        beqz    t0, drained
                        lbu     t0, RBR(s0)
                        sb      t0, RBR(s0)
                        addi    s3, s3, 1
                        j       drain
                drained:
                        addi    s3, s3, '0'
                        sb      s3, RBR(s0)
                """;
        assertThat(typedAfter(">", "k", program + POWER_OFF, engine).console()).isEqualTo(">k1");
    }

    private static final String TOHOST = """
                    .section .tohost, "aw", @progbits
                    .balign 64
            tohost: .dword  0
                    .balign 64
            fromhost:
                    .dword  0
            """;

    @ParameterizedTest
    @MethodSource("engines")
    void aProgramWithTheSymbolsOfHtifReadsTheSerialPort(String engine) throws Exception {
        String program = """
                        li      t0, '>'
                        sb      t0, RBR(s0)
                wait:   lbu     t0, LSR(s0)
                        andi    t0, t0, 1
                        beqz    t0, wait
                        lbu     t0, RBR(s0)
                        sb      t0, RBR(s0)
                        li      t1, 'q'
                        bne     t0, t1, wait
                """;
        assertThat(typedAfter(">", "abcq", program + POWER_OFF + TOHOST, engine).console())
                .isEqualTo(">abcq");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aProgramThatKnowsOnlyHtifReadsAllThatIsTypedThere(String engine) throws Exception {
        String program = """
                        li      s1, 1 << 56             # the console
                        li      s2, 1 << 48             # its command to print
                        lla     s3, tohost
                        lla     s4, fromhost
                        li      t0, '>'
                print:  or      t0, t0, s1
                        or      t0, t0, s2
                        sd      t0, (s3)
                1:      ld      t0, (s4)
                        beqz    t0, 1b
                        sd      zero, (s4)
                        sd      s1, (s3)                # read
                1:      ld      t0, (s4)
                        beqz    t0, 1b
                        sd      zero, (s4)
                        andi    t0, t0, 0xff
                        li      t1, 'q'
                        bne     t0, t1, print
                """;
        assertThat(typedAfter(">", "abcq", program + POWER_OFF + TOHOST, engine).console())
                .isEqualTo(">abc");
    }

    /** Runs a program, types when it has printed {@code prompt}, and waits for its end. */
    private static TestMachine.Result typedAfter(String prompt, String text, String program, String engine)
            throws Exception {
        String source = EQUATES + program;
        try (TestMachine machine =
                new TestMachine(Assembler.assemble("program.s", source), new Bios.None(), 1, engine)) {
            machine.start();
            machine.awaitText(prompt, 0);
            machine.type(text);
            TestMachine.Result result = machine.result(Duration.ofSeconds(10));
            assertThat(result.end()).as(result.console().substring(0, 3)).isEqualTo(new End.PoweredOff());
            return result;
        }
    }
}
