package dev.ravel.jit.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which loops are written several rounds in a row, and what of these rounds is looked up in the TLB at once. */
class TraceTest extends PlannedCode {
    private static final int A0 = 10;
    private static final int A1 = 11;
    private static final int A2 = 12;

    @Test
    void aLoopOfOneBlockIsWrittenRoundAfterRound() {
        add("ld", A2, 0, A0);
        add("addi", A0, A0, 8);
        add("bne", A2, 0, -8);
        leave();
        Trace trace = traces().get(0);
        assertThat(trace.offsets()).hasSize(24).startsWith(0, 4, 8, 0, 4, 8);
        assertThat(trace.next(1)).isEqualTo(8);
        assertThat(trace.next(2)).isZero();
        assertThat(trace.next(23)).isZero();
    }

    @Test
    void allRoundsOfAStreamAreLookedUpTogether() {
        add("ld", A2, 0, A0);
        add("sd", A2, 0, A1);
        add("addi", A0, A0, 8);
        add("addi", A1, A1, 8);
        add("bne", A2, 0, -16);
        leave();
        assertThat(runs(0))
                .singleElement()
                .satisfies(run -> assertThat(run.groups())
                        .containsExactly(
                                new AccessRun.Group(A0, 0, 8 * 8 - 1, false),
                                new AccessRun.Group(A1, 0, 8 * 8 - 1, true)))
                .satisfies(run -> assertThat(run.members()).hasSize(16));
    }

    @Test
    void aRoundBeginsWithTheBlockThatAccessesMemory() {
        add("jal", 0, 8);
        add("beq", A0, A1, 16);
        add("lb", A2, 0, A0);
        add("addi", A0, A0, 1);
        add("bne", A2, 0, -12);
        leave();
        assertThat(traces()).containsOnlyKeys(8);
        assertThat(runs(8).getFirst().first()).isZero();
        assertThat(runs(8)).hasSize(1);
    }

    @Test
    void whatIsOnlyAccessedBehindABranchIsLookedUpThere() {
        add("ld", A2, 0, A0);
        add("beq", A2, 0, 20);
        add("addi", A0, A0, 8);
        add("sd", A2, 0, A1);
        add("addi", A1, A1, 8);
        add("jal", 0, -20);
        leave();
        assertThat(runs(0)).hasSize(2);
        assertThat(runs(0).getFirst().groups()).containsExactly(new AccessRun.Group(A0, 0, 7, false));
        assertThat(runs(0).getLast().first()).isEqualTo(3);
    }

    @Test
    void aStoreBehindABranchMakesNoLoadBeforeItNeedTheRightToStore() {
        add("ld", A2, 0, A0);
        add("beq", A2, 0, 16);
        add("sd", 0, 0, A0);
        add("addi", A0, A0, 8);
        add("jal", 0, -16);
        leave();
        assertThat(runs(0).getFirst().groups()).containsExactly(new AccessRun.Group(A0, 0, 7, false));
    }

    @Test
    void aLoopWithTwoWaysRoundOrACallOrACsrOrTooManyInstructionsHasNone() {
        add("beq", A0, A1, 8);
        add("addi", A1, A1, 1);
        add("addi", A0, A0, -1);
        add("bne", A0, 0, -12);
        add("csrrs", A2, 0x300, 0);
        add("bne", A2, 0, -4);
        add("lr.d", A2, A0);
        add("bne", A2, 0, -4);
        loop(65);
        assertThat(traces()).isEmpty();
    }

    @Test
    void aLoopOfHalfOfWhatATraceHoldsIsWrittenTwice() {
        loop(64);
        assertThat(traces().get(0).rounds()).isEqualTo(2);
    }

    /** Where there is room; but no loop has more than eight rounds. */
    @Test
    void aLoopHasMoreRoundsWhereThereIsRoom() {
        loop(64);
        assertThat(traces(Trace.Extent.MEDIUM).get(0).rounds()).isEqualTo(2);
        assertThat(traces(Trace.Extent.LARGE).get(0).rounds()).isEqualTo(4);
        code.clear();
        loop(129);
        assertThat(traces(Trace.Extent.LARGE)).isEmpty();
        code.clear();
        loop(4);
        assertThat(traces(Trace.Extent.LARGE).get(0).rounds()).isEqualTo(8);
    }

    /** Most rounds of a loop that fills memory are done at once. */
    @Test
    void aLoopThatIsDoneAtOnceHasFewRounds() {
        fill(A2, A2);
        assertThat(traces(Trace.Extent.LARGE)).isEmpty();
        code.clear();
        fill(A2, 7);
        assertThat(traces(Trace.Extent.LARGE).get(0).rounds()).isEqualTo(7);
        code.clear();
        add("sd", A2, 0, A0);
        add("addi", A0, A0, 8);
        add("bne", A0, A1, -8);
        leave();
        assertThat(traces(Trace.Extent.LARGE).get(0).rounds()).isEqualTo(8);
    }

    /** 32 doublewords a round, of which the last is another register's. */
    private void fill(int register, int last) {
        for (int i = 0; i < 31; i++) {
            add("sd", register, 8 * i, A0);
        }
        add("sd", last, 8 * 31, A0);
        add("addi", A0, A0, 256);
        add("bne", A0, A1, -4 * 33);
        leave();
    }

    /** The loop that comes last is as likely to be the one that counts as the first. */
    @Test
    void allLoopsHaveSomeRoundsRatherThanSomeAll() {
        for (int i = 0; i < 3; i++) {
            code(40);
        }
        leave();
        assertThat(rounds(Trace.Extent.SMALL)).containsExactly(2, 2, 2);
        assertThat(rounds(Trace.Extent.MEDIUM)).containsExactly(3, 3, 3);
        assertThat(rounds(Trace.Extent.LARGE)).containsExactlyInAnyOrder(5, 5, 6);
    }

    /** What does not fit with two rounds has none. */
    @Test
    void someLoopsHaveNoTraceIfThereIsNoRoomForAll() {
        for (int i = 0; i < 3; i++) {
            code(60);
        }
        leave();
        assertThat(rounds(Trace.Extent.SMALL)).containsExactly(2, 2);
    }

    private List<Integer> rounds(Trace.Extent extent) {
        return traces(extent).values().stream().map(Trace::rounds).toList();
    }

    @Test
    void aTraceWithFloatingPointHoldsLess() {
        for (int instructions : List.of(4, 16, 17)) {
            code.clear();
            for (int i = 1; i < instructions; i++) {
                add("fadd.d", 1, 1, 2, 7);
            }
            add("bne", A0, 0, -4 * (instructions - 1));
            leave();
            assertThat(traces().containsKey(0))
                    .as("%d instructions", instructions)
                    .isEqualTo(instructions <= 16);
        }
    }

    /** A loop of so many instructions. */
    private void loop(int instructions) {
        code(instructions);
        leave();
    }

    private void code(int instructions) {
        for (int i = 1; i < instructions; i++) {
            add("addi", A0, A0, 1);
        }
        add("bne", A0, 0, -4 * (instructions - 1));
    }

    private Map<Integer, Trace> traces() {
        return traces(Trace.Extent.SMALL);
    }

    private Map<Integer, Trace> traces(Trace.Extent extent) {
        return Trace.of(plan(), Flow.of(plan()), extent);
    }

    private List<AccessRun> runs(int start) {
        return AccessRuns.of(plan(), Flow.of(plan()), Trace.Extent.SMALL).in(traces().get(start));
    }
}
