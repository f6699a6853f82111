package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.interpreter.Interpreter;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The interpreter hands the translator what it spends its time on, once, and runs translations wherever control comes from. */
class HotCodeTest {
    private static final long PROGRAM = BASE + 0x1_0000;

    /** Offset in its page of the place that the program's loop goes back to. */
    private static final int HEAD = 8;

    /** Instructions of a round. */
    private static final int ROUND = 4;

    private static final Translation TRANSLATION = new Translation() {};

    private final List<Integer> hot = new ArrayList<>();
    private final List<CodeSource> pages = new ArrayList<>();
    private int runs;

    /** What running a translation does. */
    private ToIntFunction<Hart> work = _ -> Translator.Executor.NOTHING;

    /** Translates nothing by itself, and lets the interpreter do the work of each translation. */
    private final class Recording implements Translator {
        private final int threshold;

        Recording(int threshold) {
            this.threshold = threshold;
        }

        @Override
        public int threshold() {
            return threshold;
        }

        @Override
        public Executor attach(Hart hart) {
            return (translation, budget) -> {
                runs++;
                return work.applyAsInt(hart);
            };
        }

        @Override
        public void hot(Hart hart, CodeSource page, int offset) {
            if (page.number() == PROGRAM - BASE >> Ram.PAGE_SHIFT) {
                hot.add(offset);
                pages.add(page);
            }
        }

        @Override
        public void installed(CodeSource page, int offset, Translation translation) {}

        @Override
        public void removed(CodeSource page, int offset) {}

        @Override
        public void dropped(CodeSource page) {}
    }

    @Test
    void theHeadOfALoopIsHotOnceAndNothingElseIs() {
        try (BareMachine m = machine(3)) {
            run(m, 100_000);
            assertThat(hot).containsExactly(HEAD);
        }
    }

    @Test
    void whatRunsForALessTimeThanTheSamplesTakeIsNotHot() {
        try (BareMachine m = machine(3)) {
            run(m, 2 * 15_000 / ROUND);
            assertThat(hot).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {127, 128, 200, Translator.MAX_THRESHOLD})
    void asManySamplesAreWaitedForAsTheThresholdSaysAndItIsHotOnce(int threshold) {
        int rounds = threshold * 16_000 / ROUND;
        try (BareMachine m = machine(threshold)) {
            run(m, rounds * 9 / 10);
            assertThat(hot).isEmpty();
            run(m, rounds * 2 / 10);
            assertThat(hot).containsExactly(HEAD);
            run(m, rounds * 2);
            assertThat(hot).containsExactly(HEAD);
        }
    }

    @Test
    void atOneEachEntryIsHotWhenControlFirstComesToIt() {
        try (BareMachine m = machine(1)) {
            run(m, 2);
            assertThat(hot).containsExactly(0, HEAD + 8, HEAD, HEAD + 16);
        }
    }

    @Test
    void aTranslationRunsThoughTheLoopWasLinkedToItsBlockBefore() {
        try (BareMachine m = machine(3)) {
            run(m, 100_000);
            assertThat(pages.getFirst().install(HEAD, TRANSLATION)).isTrue();
            run(m, 1000);
            assertThat(runs).isEqualTo(999);
        }
    }

    @Test
    void aTranslationThatWasTakenAwayIsNotRunAndItsPlaceMayBecomeHotAgain() {
        try (BareMachine m = machine(3)) {
            run(m, 100_000);
            pages.getFirst().install(HEAD, TRANSLATION);
            pages.getFirst().remove(HEAD, TRANSLATION);
            run(m, 100_000);
            assertThat(runs).isZero();
            assertThat(hot).containsExactly(HEAD, HEAD);
        }
    }

    @Test
    void codeBecomesHotAsSoonAsEverWhenTheHartsCountHasGoneBack() {
        try (BareMachine m = machine(3)) {
            Hart hart = m.hart;
            hart.instret = 1_000_000_000;
            run(m, 100);
            // A reset, or a snapshot that was restored.
            hart.instret = 0;
            run(m, 100_000);
            assertThat(hot).containsExactly(HEAD);
        }
    }

    @Test
    void whereTranslationsEndIsHotIfThatTakesTheTime() {
        try (BareMachine m = machine(3)) {
            run(m, 100_000);
            pages.getFirst().install(HEAD, TRANSLATION);
            // The translation ends after two instructions; control never comes to its end from below or by an address.
            work = hart -> {
                hart.pc += 8;
                hart.instret += 2;
                hart.x[7]++;
                return Translator.Executor.ELSEWHERE;
            };
            run(m, 100_000);
            assertThat(hot).containsExactly(HEAD, HEAD + 8);
        }
    }

    private BareMachine machine(int threshold) {
        return new BareMachine(bus -> engine(bus, threshold), Long.MAX_VALUE, 1);
    }

    private static ExecutionEngine engine(Bus bus, Translator translator) {
        return new Interpreter(bus.ram(), Extensions.RV64, translator);
    }

    private ExecutionEngine engine(Bus bus, int threshold) {
        return engine(bus, new Recording(threshold));
    }

    /** Runs a loop of {@link #ROUND} instructions, with a block that begins in its middle, that many times. */
    private static void run(BareMachine m, int rounds) {
        m.hart.pc = PROGRAM;
        m.hart.x[5] = rounds;
        m.org(PROGRAM);
        if (m.ram.segment().get(ValueLayout.JAVA_INT, PROGRAM - BASE) == 0) {
            m.add("addi", 6, 0, 0)
                    .add("jal", 0, 12)
                    // Control comes here from below only.
                    .add("addi", 7, 7, 1)
                    .add("beq", 0, 0, 4)
                    .add("addi", 5, 5, -1)
                    .add("bne", 5, 0, -12)
                    .stop();
        }
        m.run();
    }
}
