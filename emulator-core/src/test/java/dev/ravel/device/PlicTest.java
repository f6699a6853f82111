package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.interrupt.InterruptLine;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlicTest {
    private static final int MACHINE_0 = 0;
    private static final int SUPERVISOR_0 = 1;
    private static final int SUPERVISOR_1 = 3;

    private final Wire[] wires = {new Wire(), new Wire(), new Wire(), new Wire()};
    private final Plic plic =
            new Plic(List.of(new Plic.HartLines(wires[0], wires[1]), new Plic.HartLines(wires[2], wires[3])));

    @BeforeEach
    void enableSources() {
        for (int source : new int[] {3, 10, 40}) {
            plic.write(Plic.PRIORITY + 4 * source, 4, 1);
        }
        plic.write(enable(SUPERVISOR_0, 0), 4, 1 << 3 | 1 << 10);
        plic.write(enable(SUPERVISOR_0, 1), 4, 1 << 40 - 32);
    }

    private static long enable(int context, int word) {
        return Plic.ENABLE + Plic.ENABLE_STRIDE * context + 4L * word;
    }

    private static long threshold(int context) {
        return Plic.THRESHOLD + Plic.CONTEXT_STRIDE * context;
    }

    private long claim(int context) {
        return plic.read(threshold(context) + Plic.CLAIM, 4);
    }

    private void complete(int context, long source) {
        plic.write(threshold(context) + Plic.CLAIM, 4, source);
    }

    @Test
    void anEnabledSourceInterruptsOnlyTheContextThatEnabledIt() {
        plic.source(10).set(true);
        assertThat(wires[SUPERVISOR_0].asserted).isTrue();
        assertThat(wires[MACHINE_0].asserted || wires[2].asserted || wires[SUPERVISOR_1].asserted)
                .isFalse();
        assertThat(plic.read(Plic.PENDING, 4)).isEqualTo(1 << 10);
        assertThat(claim(MACHINE_0)).isZero();
    }

    @Test
    void aClaimTakesThePendingBitAndAnotherClaimFindsNothing() {
        plic.source(40).set(true);
        assertThat(plic.read(Plic.PENDING + 4, 4)).isEqualTo(1 << 8);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(40);
        assertThat(plic.read(Plic.PENDING + 4, 4)).isZero();
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        assertThat(claim(SUPERVISOR_0)).isZero();
    }

    @Test
    void aLevelThatStaysInterruptsAgainOnlyAfterCompletion() {
        plic.source(10).set(true);
        claim(SUPERVISOR_0);
        plic.source(10).set(false);
        plic.source(10).set(true);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        complete(SUPERVISOR_0, 10);
        assertThat(wires[SUPERVISOR_0].asserted).isTrue();
        claim(SUPERVISOR_0);
        plic.source(10).set(false);
        complete(SUPERVISOR_0, 10);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
    }

    @Test
    void aRequestStaysPendingAlthoughTheLevelFalls() {
        plic.source(10).set(true);
        plic.source(10).set(false);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
    }

    @Test
    void anEdgeTriggeredSourceInterruptsOnceForEachAssertion() {
        InterruptLine source = plic.edgeSource(10);
        source.set(true);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
        complete(SUPERVISOR_0, 10);
        assertThat(wires[SUPERVISOR_0].asserted).as("only asserted still").isFalse();
        source.set(true);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
        source.set(true);
        source.set(false);
        assertThat(wires[SUPERVISOR_0].asserted).as("waits for completion").isFalse();
        assertThat(claim(SUPERVISOR_0)).isZero();
        complete(SUPERVISOR_0, 10);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
        complete(SUPERVISOR_0, 10);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
    }

    @Test
    void aCompletionFromAContextWithoutTheSourceIsIgnored() {
        plic.source(10).set(true);
        claim(SUPERVISOR_0);
        complete(SUPERVISOR_1, 10);
        complete(SUPERVISOR_0, 11);
        complete(SUPERVISOR_0, 4_000_000_000L);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        complete(SUPERVISOR_0, 10);
        assertThat(wires[SUPERVISOR_0].asserted).isTrue();
    }

    @Test
    void theHighestPriorityIsClaimedFirstAndTheLowestNumberAmongEquals() {
        plic.write(Plic.PRIORITY + 4 * 40, 4, 5);
        plic.source(10).set(true);
        plic.source(3).set(true);
        plic.source(40).set(true);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(40);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(3);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
    }

    @Test
    void onlyPrioritiesAboveTheThresholdInterruptButClaimsDoNotLookAtIt() {
        plic.write(threshold(SUPERVISOR_0), 4, 1);
        plic.source(10).set(true);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        plic.write(Plic.PRIORITY + 4 * 10, 4, 2);
        assertThat(wires[SUPERVISOR_0].asserted).isTrue();
        plic.write(threshold(SUPERVISOR_0), 4, 7);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
    }

    @Test
    void priorityZeroNeverInterruptsAndIsNeverClaimed() {
        plic.write(Plic.PRIORITY + 4 * 10, 4, 0);
        plic.source(10).set(true);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        assertThat(claim(SUPERVISOR_0)).isZero();
    }

    @Test
    void registersHoldOnlyTheBitsThatExist() {
        plic.write(Plic.PRIORITY, 4, 7);
        plic.write(Plic.PRIORITY + 4 * 95, 4, 0xff);
        plic.write(Plic.PRIORITY + 4 * 96, 4, 7);
        plic.write(enable(MACHINE_0, 0), 4, -1);
        plic.write(enable(MACHINE_0, 3), 4, -1);
        plic.write(threshold(MACHINE_0), 4, 0xff);
        plic.write(Plic.PENDING, 4, -1);
        assertThat(plic.read(Plic.PRIORITY, 4)).isZero();
        assertThat(plic.read(Plic.PRIORITY + 4 * 95, 4)).isEqualTo(7);
        assertThat(plic.read(Plic.PRIORITY + 4 * 96, 4)).isZero();
        assertThat(plic.read(enable(MACHINE_0, 0), 4)).isEqualTo(0xffff_fffeL);
        assertThat(plic.read(enable(MACHINE_0, 3), 4)).isZero();
        assertThat(plic.read(threshold(MACHINE_0), 4)).isEqualTo(7);
        assertThat(plic.read(Plic.PENDING, 4)).isZero();
        assertThat(plic.read(threshold(4), 4)).isZero();
        assertThat(plic.read(enable(4, 0), 4)).isZero();
    }

    @Test
    void stateSurvivesWithAClaimedAndAPendingInterrupt() {
        plic.source(10).set(true);
        plic.source(3).set(true);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(3);
        SavedState state = SavedState.of(plic);
        plic.source(10).set(false);
        plic.source(3).set(false);
        plic.reset();
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        plic.restore(state);
        assertThat(wires[SUPERVISOR_0].asserted).isTrue();
        assertThat(claim(SUPERVISOR_0)).isEqualTo(10);
        plic.source(3).set(true);
        assertThat(claim(SUPERVISOR_0)).isZero();
        complete(SUPERVISOR_0, 3);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(3);
    }

    @Test
    void restoredAfterTheDevicesItForgetsWhatTheirWiresAskedForAgainButNotWhatIsNew() {
        plic.source(3).set(true);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(3);
        complete(SUPERVISOR_0, 3);
        assertThat(claim(SUPERVISOR_0)).isEqualTo(3);
        SavedState state = SavedState.of(plic);
        plic.source(3).set(false);
        plic.reset();
        plic.source(3).set(true);
        plic.edgeSource(10).set(true);
        plic.restore(state);
        assertThat(wires[SUPERVISOR_0].asserted).isFalse();
        plic.source(10).set(true);
        plic.restore(state);
        assertThat(claim(SUPERVISOR_0)).as("a level that was not there before").isEqualTo(10);
    }

    @Test
    void sourcesAreOneToNinetyFive() {
        assertThatThrownBy(() -> plic.source(0)).hasMessageContaining("1 to 95");
        assertThatThrownBy(() -> plic.source(96)).hasMessageContaining("1 to 95");
    }
}
