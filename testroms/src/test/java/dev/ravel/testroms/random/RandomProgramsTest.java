package dev.ravel.testroms.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.EngineProvider;
import dev.ravel.isa.Instruction;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every engine leaves the same state behind as the interpreter, whatever the program.
 *
 * <p>Many programs: {@code -Dravel.random.programs=10000000}, others than last time: {@code -Dravel.random.seed=2}.
 */
class RandomProgramsTest {
    private static final System.Logger LOG = System.getLogger(RandomProgramsTest.class.getName());
    private static final long PROGRAMS = Long.getLong("ravel.random.programs", 2000);
    private static final long SEED = Long.getLong("ravel.random.seed", 1);
    private static final long REPORT_EVERY = 100_000;

    static Stream<Arguments> everyEngineInLongAndShortRuns() {
        return EngineProvider.names().stream()
                .flatMap(name -> LongStream.of(Comparison.BUDGET, 7, 1).mapToObj(slice -> Arguments.of(name, slice)));
    }

    @ParameterizedTest
    @MethodSource("everyEngineInLongAndShortRuns")
    void leaveTheSameStateOnEveryEngine(String engine, long slice) {
        ProgramGenerator generator = new ProgramGenerator(Vocabulary.all(), Liberties.ALL);
        // Short runs take longer; lockstep compares after each of them.
        long programs = PROGRAMS / (engine.equals("compare") ? 10 : 1) / (slice == 1 ? 10 : slice == 7 ? 4 : 1);
        long start = System.nanoTime();
        try (Comparison comparison = new Comparison(new ProgramMachine("interp"), new ProgramMachine(engine))) {
            for (long i = 0; i < programs; i++) {
                Optional<Comparison.Difference> difference =
                        comparison.compare(generator.generate((SEED << 40) + i), slice);
                assertThat(difference).as(difference.map(Comparison.Difference::report).orElse("")).isEmpty();
                if ((i + 1) % REPORT_EVERY == 0 || i + 1 == programs) {
                    double seconds = (System.nanoTime() - start) / 1e9;
                    LOG.log(
                            System.Logger.Level.INFO,
                            String.format(
                                    "%s by %d: %d programs, %d instructions, %.0f programs a second",
                                    engine, slice, i + 1, comparison.instructions(), (i + 1) / seconds));
                }
            }
        }
    }

    @Test
    void areTheSameForTheSameSeed() {
        ProgramGenerator generator = new ProgramGenerator(Vocabulary.all(), Liberties.ALL);
        for (long seed = 0; seed < 50; seed++) {
            assertThat(generator.generate(seed)).usingRecursiveComparison().isEqualTo(generator.generate(seed));
        }
    }

    @Test
    void allEnd() {
        ProgramGenerator generator = new ProgramGenerator(Vocabulary.all(), Liberties.ALL);
        try (ProgramMachine machine = new ProgramMachine("interp")) {
            for (long seed = 0; seed < 2000; seed++) {
                machine.load(generator.generate(seed));
                assertThat(machine.run(Comparison.BUDGET, Comparison.BUDGET)).as("program %d", seed).isTrue();
            }
        }
    }

    @Test
    void containEveryInstructionThereIs() {
        Vocabulary vocabulary = Vocabulary.all();
        ProgramGenerator generator = new ProgramGenerator(vocabulary, Liberties.ALL);
        Set<Instruction> missing = new HashSet<>(vocabulary.set().all());
        missing.remove(vocabulary.named("wfi"));
        for (long seed = 0; seed < 20_000 && !missing.isEmpty(); seed++) {
            byte[] code = generator.generate(seed).code();
            for (int at = 0; at < code.length; ) {
                int bits = word(code, at);
                missing.removeAll(vocabulary.set().identify(bits).stream().toList());
                at += (bits & 3) == 3 ? 4 : 2;
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void oneThatDiffersIsReportedWithItsFirstInstruction() {
        ProgramGenerator generator = new ProgramGenerator(Vocabulary.all(), Liberties.ALL);
        List<Comparison.Difference> found = LongStream.range(0, 200)
                .mapToObj(generator::generate)
                .flatMap(program -> {
                    try (Comparison comparison = new Comparison(
                            new ProgramMachine("interp"), new ProgramMachine(bus -> new BrokenEngine(bus, "mulhu")))) {
                        return comparison.compare(program, Comparison.BUDGET).stream();
                    }
                })
                .limit(3)
                .toList();
        assertThat(found).hasSize(3).allSatisfy(difference -> {
            String[] lines = difference.report().split("\n");
            List<String> trace = Stream.of(lines).filter(line -> line.startsWith("    ")).toList();
            assertThat(trace.getLast()).contains(" mulhu ");
        });
    }

    private static int word(byte[] code, int at) {
        int bits = 0;
        for (int i = Math.min(3, code.length - at - 1); i >= 0; i--) {
            bits = bits << 8 | code[at + i] & 0xff;
        }
        return bits;
    }
}
