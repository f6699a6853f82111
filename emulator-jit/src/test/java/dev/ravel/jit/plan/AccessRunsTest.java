package dev.ravel.jit.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.jit.plan.AccessRun.Group;
import dev.ravel.jit.plan.AccessRun.Member;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which loads and stores are looked up in the TLB together. */
class AccessRunsTest extends PlannedCode {
    private static final int RA = 1;
    private static final int SP = 2;
    private static final int A0 = 10;
    private static final int A1 = 11;
    private static final int A2 = 12;

    @Test
    void aFrameIsLookedUpOnceAfterTheStackPointerHasMoved() {
        add("addi", SP, SP, -32);
        add("sd", RA, 24, SP);
        add("sd", A0, 16, SP);
        add("lw", A1, 20, SP);
        leave();
        assertThat(runs())
                .containsExactly(new AccessRun(
                        1,
                        4,
                        List.of(new Group(SP, 16, 15, true)),
                        Map.of(1, new Member(0, 24), 2, new Member(0, 16), 3, new Member(0, 20))));
    }

    @Test
    void anAddressIsFollowedThroughAdditionsAndCopies() {
        add("ld", A1, 0, A0);
        add("addi", A0, A0, 8);
        add("ld", A1, 0, A0);
        add("add", A2, 0, A0);
        add("sb", A1, -1, A2);
        leave();
        assertThat(runs())
                .containsExactly(new AccessRun(
                        0,
                        5,
                        List.of(new Group(A0, 0, 15, true)),
                        Map.of(0, new Member(0, 0), 2, new Member(0, 8), 4, new Member(0, 7))));
    }

    @Test
    void whatIsLoadedPointsSomewhereElse() {
        add("ld", A0, 0, A0);
        add("ld", A0, 0, A0);
        add("ld", A0, 8, A0);
        leave();
        assertThat(runs()).isEmpty();
    }

    @Test
    void accessesFarFromEachOtherAreInDifferentGroups() {
        add("ld", A1, 0, A0);
        add("ld", A2, 8, A0);
        add("ld", A1, 2000, A0);
        leave();
        assertThat(runs())
                .containsExactly(new AccessRun(
                        0, 2, List.of(new Group(A0, 0, 15, false)), Map.of(0, new Member(0, 0), 1, new Member(0, 8))));
    }

    @Test
    void whatMayChangeTheTlbEndsARun() {
        add("ld", A1, 0, A0);
        add("amoadd.w", A1, A2, A0);
        add("ld", A1, 8, A0);
        leave();
        assertThat(runs()).isEmpty();
    }

    @Test
    void inAnInnermostLoopOneAccessIsEnough() {
        add("lb", A1, 0, A0);
        add("addi", A0, A0, 1);
        add("bne", A1, 0, -8);
        leave();
        assertThat(runs())
                .containsExactly(new AccessRun(0, 1, List.of(new Group(A0, 0, 0, false)), Map.of(0, new Member(0, 0))));
    }

    @Test
    void aLoopWithManyGroupsRemembersNone() {
        for (int register = 5; register <= 9; register++) {
            add("lb", 12, 0, register);
        }
        add("bne", A1, 0, -20);
        leave();
        assertThat(runs()).isEmpty();
    }

    @Test
    void aNestOfLoopsRemembersNoMorePagesThanALoop() {
        assertThat(nestRemembers(1)).isTrue();
        assertThat(nestRemembers(2)).isFalse();
    }

    /** Whether a loop with so many groups remembers them around an inner one with three, whose rounds do. */
    private boolean nestRemembers(int others) {
        code.clear();
        for (int i = 0; i < others; i++) {
            add("lb", 12, 0, 9 + i);
        }
        add("addi", 14, 14, -1);
        add("lb", 12, 0, 5);
        add("lb", 12, 0, 6);
        add("lb", 12, 0, 7);
        add("addi", 8, 8, -1);
        add("bne", 8, 0, -16);
        add("bne", 14, 0, -4 * (6 + others));
        leave();
        Plan plan = plan();
        AccessRuns runs = AccessRuns.of(plan, Flow.of(plan), Trace.Extent.LARGE);
        assertThat(runs.traces().values()).singleElement().matches(runs::remembers);
        return runs.remembers(plan.blocks().getFirst());
    }

    private List<AccessRun> runs() {
        Plan plan = plan();
        return AccessRuns.of(plan, Flow.of(plan), Map.of()).in(plan.blocks().getFirst());
    }
}
