package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.device.QueuedConsole;
import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bare-metal programs whose data share the page of {@code tohost}. */
class TohostTest {
    /** Counts in data beside {@code tohost}, prints what the counter should be by it, and ends with 0 if it is that. */
    private static final String COUNTING = """
            _start: lla     s0, counter
                    li      s1, STORES
            1:      ld      t0, (s0)
                    addi    t0, t0, 1
                    sd      t0, (s0)
                    bne     t0, s1, 1b
                    lla     s2, tohost
                    li      s3, 0
                    li      s4, 3
            print:  li      t0, 0x0101000000000041
                    add     t0, t0, s3
                    sd      t0, (s2)
            1:      ld      t0, (s2)
                    addi    s5, s5, 1
                    bnez    t0, 1b
                    addi    s3, s3, 1
                    bne     s3, s4, print
                    ld      t0, (s0)
                    sub     t0, t0, s1
            """;

    private static final String END = """
                    slli    t0, t0, 1
                    ori     t0, t0, 1
                    sd      t0, (s2)
            1:      j       1b
                    .data
                    .balign 64
                    .globl  tohost
            tohost: .dword  0
            counter: .dword 0
            """;

    @TempDir
    private Path folder;

    private record Result(End end, String console, long instructions) {}

    static List<String> engines() {
        return EngineProvider.names();
    }

    private Result run(String engine, int stores, String ending, UnaryOperator<MachineBuilder> how) throws Exception {
        String source = ".equ STORES, " + stores + "\n" + COUNTING + ending + END;
        Path file = folder.resolve("program.elf");
        Files.write(file, ElfWriter.write(Assembler.assemble("program.s", source)));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        MachineBuilder builder = Machine.builder()
                .memory(TestRom.MEMORY)
                .engine(engine)
                .bios(new Bios.None())
                .kernel(file)
                .console(new QueuedConsole(16, printed::write));
        try (Machine machine = how.apply(builder).build()) {
            machine.start();
            End end = machine.end().get(60, TimeUnit.SECONDS);
            return new Result(end, printed.toString(), machine.instructionsRetired());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aProgramWithFewStoresBesideTohostPrintsAndEnds(String engine) throws Exception {
        Result result = run(engine, 10, "", UnaryOperator.identity());
        assertThat(result.end()).isEqualTo(new End.PoweredOff());
        assertThat(result.console()).isEqualTo("ABC");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void soDoesOneWithMany(String engine) throws Exception {
        Result result = run(engine, 100_000, "", UnaryOperator.identity());
        assertThat(result.end()).isEqualTo(new End.PoweredOff());
        assertThat(result.console()).isEqualTo("ABC");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void theCodeOfAFailureComesThroughAfterManyStores(String engine) throws Exception {
        assertThat(run(engine, 100_000, "li t0, 1337\n", UnaryOperator.identity())
                        .end())
                .isEqualTo(new End.Failed(1337));
    }

    /** The program ends with how often it looked before its commands were taken. */
    @ParameterizedTest
    @MethodSource("engines")
    void whereTimeIsCountedACommandIsTakenAtTheSameInstructionByEveryEngine(String engine) throws Exception {
        String looks = "mv t0, s5\n";
        // Lockstep has devices see each store to tohost.
        End expected = engine.equals("compare")
                ? new End.Failed(3)
                : run("interp", 100_000, looks, MachineBuilder::deterministic).end();
        assertThat(run(engine, 100_000, looks, MachineBuilder::deterministic).end())
                .isEqualTo(expected);
    }

    @Test
    void aCommandIsTakenWithinTwoHundredMicrosecondsOfTheMachinesTime() throws Exception {
        long few = run("interp", 10, "", MachineBuilder::deterministic).instructions();
        long many = run("interp", 10_000, "", MachineBuilder::deterministic).instructions();
        // Three commands to print are taken at the next look, the end a look later: 100 instructions to a tick of 100
        // ns.
        assertThat(many - few - 4L * (10_000 - 10)).isBetween(100_000L, 5 * 100_000L);
    }
}
