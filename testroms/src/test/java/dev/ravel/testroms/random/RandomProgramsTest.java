package dev.ravel.testroms.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.Instruction;
import dev.ravel.jit.JitEngine;
import dev.ravel.jit.JitSettings;
import dev.ravel.memory.Bus;
import dev.ravel.memory.DirectAccess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every engine leaves the same state behind as the interpreter, whatever the program.
 *
 * <p>Many programs: {@code -Dravel.random.programs=10000000}, others than last time: {@code -Dravel.random.seed=2}, some kinds of
 * run only: {@code -Dravel.random.runs=jit}, in more or fewer threads: {@code -Dravel.random.jobs=1}. Each program is run with
 * several inputs, {@code -Dravel.random.inputs=4}: the later ones meet code that is translated already. Short programs, of which
 * there can be far more in the same time: {@code -Dravel.random.length=short}. A difference is reported with the number of its
 * program, which can be run alone: {@code -Dravel.random.first=1234 -Dravel.random.programs=1}.
 */
class RandomProgramsTest {
    private static final System.Logger LOG = System.getLogger(RandomProgramsTest.class.getName());
    private static final long PROGRAMS = Long.getLong("ravel.random.programs", 400);
    private static final long FIRST = Long.getLong("ravel.random.first", 0);
    private static final int INPUTS = Integer.getInteger("ravel.random.inputs", 4);
    private static final long SEED = Long.getLong("ravel.random.seed", 1);
    private static final int JOBS =
            Integer.getInteger("ravel.random.jobs", Runtime.getRuntime().availableProcessors());
    private static final Length LENGTH =
            Length.valueOf(System.getProperty("ravel.random.length", "usual").toUpperCase(Locale.ROOT));
    private static final String RUNS = System.getProperty("ravel.random.runs", "");
    private static final long REPORT_EVERY = 50_000;
    private static final List<ExecutionEngine> KEEPING = new CopyOnWriteArrayList<>();

    @TempDir
    private static Path kept;

    /** Inputs of a program that writes over its code: each finds the code as it was at first, and nothing translated. */
    private static final int INPUTS_IF_CHANGED = 2;

    /**
     * A way to run programs.
     *
     * @param slice instructions that the engine is asked for in one call at most
     * @param share of so many programs one is run so: some ways are slow
     * @param returns whether each program is run once more after the next one, when its code is found as it was and was not translated lately
     */
    private record Run(String name, Function<Bus, ExecutionEngine> engines, long slice, int share, boolean returns) {
        Run(String name, Function<Bus, ExecutionEngine> engines, long slice, int share) {
            this(name, engines, slice, share, false);
        }

        @Override
        public String toString() {
            return name + (slice == Comparison.BUDGET ? "" : " by " + slice);
        }
    }

    static List<Run> allRuns() {
        List<Run> runs = new ArrayList<>();
        for (String engine : EngineProvider.names()) {
            switch (engine) {
                // At first sight, whatever the properties say.
                case "jit" -> {
                    Function<Bus, ExecutionEngine> large = bus -> translatedAtFirstSight(bus, 200);
                    Function<Bus, ExecutionEngine> small = bus -> translatedAtFirstSight(bus, 20);
                    runs.add(new Run(engine, large, Comparison.BUDGET, 1));
                    // Each call enters somewhere else, and a unit is made for the few instructions of each.
                    runs.add(new Run(engine, large, 7, 40));
                    runs.add(new Run(engine, large, 1, 100));
                    String inSmallUnits = engine + " in small units";
                    runs.add(new Run(
                            engine + " with units that were kept",
                            RandomProgramsTest::keepingUnits,
                            Comparison.BUDGET,
                            4,
                            true));
                    runs.add(new Run(inSmallUnits, small, Comparison.BUDGET, 5));
                    runs.add(new Run(inSmallUnits, small, 7, 4));
                    runs.add(new Run(inSmallUnits, small, 1, 10));
                }
                // Lockstep compares after every call.
                case "compare" -> addSlices(runs, engine, bus -> create(engine, bus), 20);
                default -> addSlices(runs, engine, bus -> create(engine, bus), 1);
            }
        }
        return runs.stream().filter(run -> run.toString().contains(RUNS)).toList();
    }

    private static ExecutionEngine create(String engine, Bus bus) {
        return EngineProvider.named(engine).create(bus);
    }

    private static ExecutionEngine translatedAtFirstSight(Bus bus, int unitSize) {
        return new JitEngine(bus, Extensions.RV64, new JitSettings(1, false, unitSize, 4 << 20));
    }

    private static ExecutionEngine keepingUnits(Bus bus) {
        Path file = kept.resolve("units" + KEEPING.size());
        ExecutionEngine engine =
                new JitEngine(bus, Extensions.RV64, new JitSettings(1, false, 200, 4 << 20, Optional.of(file)));
        KEEPING.add(engine);
        return engine;
    }

    private static void addSlices(List<Run> runs, String name, Function<Bus, ExecutionEngine> engines, int share) {
        runs.add(new Run(name, engines, Comparison.BUDGET, share));
        runs.add(new Run(name, engines, 7, share * 4));
        runs.add(new Run(name, engines, 1, share * 10));
    }

    @ParameterizedTest
    @MethodSource("allRuns")
    void leaveTheSameStateAsOnTheInterpreter(Run run) throws Exception {
        long programs = Math.max(1, PROGRAMS / run.share);
        long start = System.nanoTime();
        AtomicLong done = new AtomicLong();
        try (ExecutorService pool = Executors.newFixedThreadPool(JOBS)) {
            List<Future<Long>> jobs = IntStream.range(0, JOBS)
                    .mapToObj(job -> pool.submit(() -> compare(run, job, programs, done, start)))
                    .toList();
            long instructions = 0;
            for (Future<Long> job : jobs) {
                instructions += job.get();
            }
            report(run, programs, start, ", " + instructions + " instructions");
        }
        if (run.returns && programs > JOBS) {
            assertThat(KEEPING).anyMatch(engine -> engine.counters().get("unitsRecalled") > 0);
        }
    }

    /** Takes each of so many programs whose turn it is; answers how many instructions there were. */
    private static long compare(Run run, int job, long programs, AtomicLong done, long start) {
        ProgramGenerator generator = generator(LENGTH);
        try (Comparison comparison = comparison(run)) {
            RandomProgram before = null;
            for (long i = FIRST + job; i < FIRST + programs; i += JOBS) {
                RandomProgram program = generator.generate((SEED << 40) + i);
                int inputs = INPUTS;
                for (int input = 0; input < inputs; input++) {
                    compare(run, comparison, i, program, input);
                    if (comparison.hasChanged(program)) {
                        inputs = Math.min(INPUTS, INPUTS_IF_CHANGED);
                    }
                }
                if (run.returns && before != null) {
                    compare(run, comparison, i - JOBS, before, INPUTS);
                }
                before = program;
                if (done.incrementAndGet() % REPORT_EVERY == 0) {
                    report(run, done.get(), start, "");
                }
            }
            return comparison.instructions();
        }
    }

    private static void compare(Run run, Comparison comparison, long number, RandomProgram program, int input) {
        comparison.compare(withInput(program, input), run.slice).ifPresent(difference -> {
            fail("program number " + number + ", input " + input + ", " + run + ": " + difference.report()
                    + alone(run, program, input));
        });
    }

    private static Comparison comparison(Run run) {
        return new Comparison(new ProgramMachine("interp"), new ProgramMachine(run.engines));
    }

    private static RandomProgram withInput(RandomProgram program, int input) {
        return input == 0 ? program : ProgramGenerator.again(program, input);
    }

    /** Whether a program with its inputs up to this one differs on machines that have run nothing else. */
    private static String alone(Run run, RandomProgram program, int input) {
        try (Comparison comparison = comparison(run)) {
            boolean differs = IntStream.rangeClosed(0, input)
                    .anyMatch(i ->
                            comparison.compare(withInput(program, i), run.slice).isPresent());
            return differs ? "  alone it differs, too" : "  alone it does not: it takes the programs before it";
        }
    }

    private static void report(Run run, long programs, long start, String more) {
        double seconds = (System.nanoTime() - start) / 1e9;
        LOG.log(
                System.Logger.Level.INFO,
                String.format(
                        "%s: %d programs with up to %d inputs each, %.0f programs a second%s",
                        run, programs, INPUTS, programs / seconds, more));
    }

    private static ProgramGenerator generator(Length length) {
        return new ProgramGenerator(Vocabulary.all(), ImplementationDefined.ALL, length);
    }

    /** Otherwise it would be other code of the engines that is compared. */
    @Test
    void runWithTheAccessToMemoryThatTheyAreMeantToHave() {
        assertThat(DirectAccess.ALLOWED).isEqualTo(Boolean.getBoolean("ravel.test.exported"));
    }

    @ParameterizedTest
    @EnumSource
    void areTheSameForTheSameSeed(Length length) {
        ProgramGenerator generator = generator(length);
        for (long seed = 0; seed < 50; seed++) {
            assertThat(generator.generate(seed)).usingRecursiveComparison().isEqualTo(generator.generate(seed));
        }
    }

    @ParameterizedTest
    @EnumSource
    void allEnd(Length length) {
        ProgramGenerator generator = generator(length);
        try (ProgramMachine machine = new ProgramMachine("interp")) {
            for (long seed = 0; seed < 2000; seed++) {
                machine.load(generator.generate(seed));
                assertThat(machine.run(Comparison.BUDGET, Comparison.BUDGET))
                        .as("program %d", seed)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void containEveryInstructionThereIs(Length length) {
        Vocabulary vocabulary = Vocabulary.all();
        ProgramGenerator generator = generator(length);
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

    /** In M-mode it may. All programs after it would run into its zeros, on both machines alike, until the budget is spent. */
    @Test
    void oneThatWritesOverTheRuntimeHarmsNoOther() {
        RandomProgram good = generator(Length.SHORT).generate(1);
        int[] code = {
            encode("ecall"),
            encode("jal", 0, 4),
            encode("sd", 0, 0, 5),
            encode("addi", 5, 5, 8),
            encode("bltu", 5, 6, -8),
            encode("jal", 0, -20)
        };
        ByteBuffer bytes = ByteBuffer.allocate(4 * code.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(code);
        long[] x = new long[32];
        x[5] = Layout.BASE;
        x[6] = Layout.STATE;
        RandomProgram bad = new RandomProgram(
                0, RandomProgram.Mode.MACHINE, bytes.array(), x, new long[32], 0, good.mstatus(), good.memorySeed());
        try (ProgramMachine used = new ProgramMachine("interp");
                ProgramMachine fresh = new ProgramMachine("interp")) {
            used.load(bad);
            assertThat(used.run(10_000, 10_000)).as("nothing is left to end it").isFalse();

            used.load(good);
            fresh.load(good);

            assertThat(used.run(Comparison.BUDGET, Comparison.BUDGET)).isTrue();
            assertThat(fresh.run(Comparison.BUDGET, Comparison.BUDGET)).isTrue();
            assertThat(used.hart().instret).isEqualTo(fresh.hart().instret);
            assertThat(used.hart().x).isEqualTo(fresh.hart().x);
        }
    }

    private static int encode(String mnemonic, long... operands) {
        return Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands);
    }

    @Test
    void oneThatDiffersIsReportedWithItsFirstInstruction() {
        ProgramGenerator generator = generator(Length.USUAL);
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
            List<String> trace =
                    Stream.of(lines).filter(line -> line.startsWith("    ")).toList();
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
