package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import dev.ravel.time.TimeCounter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClintTest {
    private final ManualClock clock = new ManualClock();
    private final BoundaryQueue events = new BoundaryQueue();
    private final TimeCounter time = new TimeCounter(clock, events);
    private final Wire[] software = {new Wire(), new Wire()};
    private final Wire[] timer = {new Wire(), new Wire()};
    private final Clint clint = new Clint(
            time, List.of(new Clint.HartLines(software[0], timer[0]), new Clint.HartLines(software[1], timer[1])));

    private void runUntil(long ticks) {
        clock.ticks = ticks;
        events.runDue(ticks);
    }

    @Test
    void msipHoldsOneBitForEachHart() {
        clint.write(Clint.MSIP + 4, 4, 0xffff_ffffL);
        assertThat(clint.read(Clint.MSIP + 4, 4)).isEqualTo(1);
        assertThat(software[1].asserted).isTrue();
        assertThat(software[0].asserted).isFalse();
        clint.write(Clint.MSIP + 4, 4, 2);
        assertThat(software[1].asserted).isFalse();
    }

    @Test
    void aDoublewordStoreReachesTwoMsipRegisters() {
        clint.write(Clint.MSIP, 8, 0x1_0000_0001L);
        assertThat(software[0].asserted && software[1].asserted).isTrue();
        assertThat(clint.read(Clint.MSIP, 8)).isEqualTo(0x1_0000_0001L);
    }

    @Test
    void registersOfHartsThatAreNotThereReadAsZeroAndIgnoreWrites() {
        clint.write(Clint.MSIP + 8, 4, 1);
        clint.write(Clint.MTIMECMP + 16, 8, 5);
        assertThat(clint.read(Clint.MSIP + 8, 4)).isZero();
        assertThat(clint.read(Clint.MTIMECMP + 16, 8)).isZero();
        assertThat(clint.read(0xc000, 4)).isZero();
    }

    @Test
    void theTimerInterruptIsPendingFromMtimecmpOn() {
        clint.write(Clint.MTIMECMP, 8, 100);
        assertThat(events.nextDeadline()).isEqualTo(100);
        runUntil(99);
        assertThat(timer[0].asserted).isFalse();
        runUntil(100);
        assertThat(timer[0].asserted).isTrue();
        assertThat(timer[1].asserted).isFalse();
        clint.write(Clint.MTIMECMP, 8, 200);
        assertThat(timer[0].asserted).isFalse();
        assertThat(events.nextDeadline()).isEqualTo(200);
    }

    @Test
    void aComparatorOfAllOnesNeverFiresAndNeedsNoEvent() {
        clint.write(Clint.MTIMECMP, 8, 100);
        clint.write(Clint.MTIMECMP, 8, -1);
        assertThat(events.nextDeadline()).isEqualTo(BoundaryQueue.NEVER);
    }

    @Test
    void theComparisonIsUnsigned() {
        clint.write(Clint.MTIME, 8, 0x8000_0000_0000_0000L);
        clint.write(Clint.MTIMECMP, 8, 0x7fff_ffff_ffff_ffffL);
        assertThat(timer[0].asserted).isTrue();
        clint.write(Clint.MTIMECMP, 8, 0x8000_0000_0000_0010L);
        assertThat(timer[0].asserted).isFalse();
        runUntil(16);
        assertThat(timer[0].asserted).isTrue();
    }

    @Test
    void halvesOfTheTimeRegistersAreReachedByWords() {
        clint.write(Clint.MTIMECMP + 8, 4, 0x1111_1111L);
        clint.write(Clint.MTIMECMP + 12, 4, 0x2222_2222L);
        assertThat(clint.read(Clint.MTIMECMP + 8, 8)).isEqualTo(0x2222_2222_1111_1111L);
        assertThat(clint.read(Clint.MTIMECMP + 12, 4)).isEqualTo(0x2222_2222L);
        clint.write(Clint.MTIME + 4, 4, 3);
        assertThat(clint.read(Clint.MTIME, 8)).isEqualTo(3L << 32);
        assertThat(clint.read(Clint.MTIME + 4, 4)).isEqualTo(3);
    }

    @Test
    void writingMtimeMovesTheCounterOfAllAndTheComparatorsLookAgain() {
        clint.write(Clint.MTIMECMP, 8, 1000);
        Wire supervisorTimer = new Wire();
        time.comparator(supervisorTimer).set(900);
        clint.write(Clint.MTIME, 8, 950);
        assertThat(timer[0].asserted).isFalse();
        assertThat(supervisorTimer.asserted).isTrue();
        assertThat(time.value()).isEqualTo(950);
        runUntil(50);
        assertThat(timer[0].asserted).isTrue();
        clint.write(Clint.MTIME, 8, 0);
        assertThat(timer[0].asserted).isFalse();
    }

    @Test
    void stateSurvivesInAnotherMachine() {
        clock.ticks = 5000;
        clint.write(Clint.MSIP, 4, 1);
        clint.write(Clint.MTIMECMP + 8, 8, 5100);
        SavedState state = SavedState.of(clint);
        clint.reset();
        assertThat(software[0].asserted).isFalse();
        assertThat(clint.read(Clint.MTIME, 8)).isZero();
        clock.ticks = 7;
        clint.restore(state);
        assertThat(clint.read(Clint.MTIME, 8)).isEqualTo(5000);
        assertThat(software[0].asserted).isTrue();
        runUntil(107);
        assertThat(timer[1].asserted).isTrue();
    }

    @Test
    void thereIsAtLeastOneHart() {
        assertThatThrownBy(() -> new Clint(time, List.of())).hasMessageContaining("not 0");
    }
}
