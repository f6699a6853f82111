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
                                new AccessRun.Group(A0, 0, 6 * 8 - 1, false),
                                new AccessRun.Group(A1, 0, 6 * 8 - 1, true)))
                .satisfies(run -> assertThat(run.members()).hasSize(12));
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
        for (int i = 0; i < 16; i++) {
            add("addi", A0, A0, 1);
        }
        add("bne", A0, 0, -64);
        leave();
        assertThat(traces()).isEmpty();
    }

    private void leave() {
        add("jalr", 0, 0, 1);
    }

    private Map<Integer, Trace> traces() {
        return Trace.of(plan(), Flow.of(plan()));
    }

    private List<AccessRun> runs(int start) {
        return AccessRuns.of(plan(), Flow.of(plan())).in(traces().get(start));
    }
}
