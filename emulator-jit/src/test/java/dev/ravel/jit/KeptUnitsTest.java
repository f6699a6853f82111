package dev.ravel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.Translator;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.jit.emit.UnitEmitter;
import dev.ravel.jit.runtime.UnitLoader;
import dev.ravel.memory.Bus;
import dev.ravel.memory.DirectAccess;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.TimeCounter;
import dev.ravel.time.WallClock;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine runs units that an earlier one made of the same code, and of no other. */
@Timeout(60)
class KeptUnitsTest {
    private static final long BASE = 0x8000_0000L;
    private static final int ROUNDS = 100_000;

    /** Offsets in the program: its end, and what it calls. */
    private static final int END = 20;

    private static final int CALLEE = 24;

    @TempDir
    Path directory;

    /** What a program left behind. */
    private record Result(long sum, long instret, Map<String, Long> counters) {}

    /** Runs a program that lies at that address and adds {@code step} to a1 in each of its rounds, by a call. */
    private static Result run(JitSettings settings, long address, int step) throws IOException {
        return run(settings, address, step, _ -> {});
    }

    /** As {@link #run(JitSettings, long, int)}; before it runs {@code pause} is given the engine. */
    private static Result run(JitSettings settings, long address, int step, Consumer<JitEngine> pause)
            throws IOException {
        return run(settings, address, 0, step, pause);
    }

    /** As the other, from an offset in the program: in {@link #CALLEE} a round is carried out. */
    private static Result run(JitSettings settings, long address, int from, int step, Consumer<JitEngine> pause)
            throws IOException {
        try (Ram ram = Ram.allocate(BASE, 1 << 20)) {
            Bus bus = new Bus(ram);
            Hart hart = new Hart(0, new Mmu(bus, 0), new TimeCounter(new WallClock(), new BoundaryQueue()));
            hart.reset(BASE);
            int[] program = {
                encode("lui", 10, ROUNDS >> 12 << 12),
                encode("addi", 10, 10, ROUNDS & 0xfff),
                encode("jal", 1, 16),
                encode("addi", 10, 10, -1),
                encode("bne", 10, 0, -8),
                encode("wfi"),
                encode("addi", 11, 11, step),
                encode("csrrs", 12, 0xc02, 0),
                encode("jalr", 0, 0, 1),
            };
            for (int i = 0; i < program.length; i++) {
                ram.segment().set(ValueLayout.JAVA_INT_UNALIGNED, address - BASE + 4L * i, program[i]);
            }
            hart.pc = address + from;
            hart.x[1] = address + END;
            JitEngine engine = new JitEngine(bus, Extensions.RV64, settings);
            engine.loaded();
            Map<String, Long> counters;
            try {
                pause.accept(engine);
                while (engine.run(hart, 100_000) != ExecutionEngine.Stop.WAIT) {
                    assertThat(hart.instret).isLessThan(100L * ROUNDS);
                }
                counters = engine.counters();
            } finally {
                engine.close();
            }
            return new Result(hart.x[11], hart.instret, counters);
        }
    }

    private static int encode(String mnemonic, long... operands) {
        return Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands);
    }

    private JitSettings atFirstSight() {
        return settings(1, false, 200);
    }

    private JitSettings settings(int threshold, boolean background, int unitSize) {
        return new JitSettings(threshold, background, unitSize, 1 << 20, Optional.of(directory.resolve("units")));
    }

    private static void expect(Result result, int step) {
        assertThat(result.sum()).isEqualTo((long) ROUNDS * step);
        assertThat(result.instret()).isEqualTo(2 + 6L * ROUNDS + 1);
        assertThat(result.counters().get("translatedInstructions")).isGreaterThan(5L * ROUNDS);
        assertThat(result.counters()).containsEntry("unitsFailed", 0L);
    }

    @Test
    void theSameCodeIsNotTranslatedASecondTimeWhereverItLies() throws IOException {
        Result first = run(atFirstSight(), BASE, 3);
        expect(first, 3);
        assertThat(first.counters()).containsEntry("unitsRecalled", 0L);
        long made = first.counters().get("unitsMade");
        for (long address : new long[] {BASE, BASE + 5 * Ram.PAGE_SIZE}) {
            Result second = run(atFirstSight(), address, 3);
            expect(second, 3);
            assertThat(second.counters()).containsEntry("unitsRecalled", made).containsEntry("unitsMade", made);
        }
    }

    @Test
    void otherCodeIsTranslated() throws IOException {
        run(atFirstSight(), BASE, 3);
        expect(run(atFirstSight(), BASE, 4), 4);
        expect(run(atFirstSight(), BASE + 8, 3), 3);
    }

    @Test
    void unitsOfOtherSizesAreOthers() throws IOException {
        run(atFirstSight(), BASE, 3);
        Result other = run(settings(1, false, 2), BASE, 3);
        assertThat(other.counters()).containsEntry("unitsRecalled", 0L);
        assertThat(other.sum()).isEqualTo(3L * ROUNDS);
    }

    /** When a unit is ready is chance; so it may take some runs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void aThreadOfItsOwnRecallsThemToo(int threshold) throws IOException {
        JitSettings beside = settings(threshold, true, 200);
        Result result;
        do {
            result = run(beside, BASE, 3);
            assertThat(result.sum()).isEqualTo(3L * ROUNDS);
            assertThat(result.instret()).isEqualTo(2 + 6L * ROUNDS + 1);
        } while (result.counters().get("unitsRecalled") == 0);
    }

    @Test
    void whatAGuestNeededFirstIsThereBeforeItIsWarm() throws IOException {
        run(atFirstSight(), BASE, 3);
        JitSettings late = settings(Translator.MAX_THRESHOLD, true, 200);
        Result second = run(late, BASE, 3, engine -> {
            while (engine.counters().get("units") == 0) {
                Thread.onSpinWait();
            }
        });
        expect(second, 3);
    }

    /** A run may make both because the one is wanted while the other is not compiled yet. */
    @Test
    void aPlaceThatIsInAUnitNeedsNoOtherBeforeTheGuestRuns() throws IOException {
        run(atFirstSight(), BASE, CALLEE, 3, _ -> {});
        run(atFirstSight(), BASE, 3);
        JitSettings late = settings(Translator.MAX_THRESHOLD, true, 200);
        Result second = run(late, BASE, 3, engine -> {
            while (engine.counters().get("units") == 0) {
                Thread.onSpinWait();
            }
        });
        assertThat(second.sum()).isEqualTo(3L * ROUNDS);
        assertThat(second.counters()).containsEntry("unitsRecalled", 1L).containsEntry("unitsMade", 1L);
    }

    /** Where the elements of arrays begin is in the code, and options of the JVM change it. */
    @Test
    void theJvmsLayoutIsPartOfWhatUnitsDependOn() throws Exception {
        try (Ram ram = Ram.allocate(BASE, 1 << 20)) {
            Class<?> access = new UnitLoader(new UnitLoader.Memory(ram, new Bus(ram).tlbStorage())).access();
            assertThat(UnitEmitter.circumstances(access))
                    .contains(access.getName())
                    .endsWith(
                            DirectAccess.ALLOWED
                                    ? " " + access.getField("ELEMENTS").getLong(null) + ","
                                            + access.getField("BYTES").getLong(null)
                                    : " none");
        }
    }

    @Test
    void withoutAFileNothingIsKept() throws IOException {
        JitSettings none = new JitSettings(1, false, 200, 1 << 20);
        run(none, BASE, 3);
        assertThat(run(none, BASE, 3).counters()).containsEntry("unitsRecalled", 0L);
        assertThat(directory).isEmptyDirectory();
    }
}
