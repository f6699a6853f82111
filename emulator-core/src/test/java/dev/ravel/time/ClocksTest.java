package dev.ravel.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClocksTest {
    private final AtomicLong source = new AtomicLong(-5_000_000);

    @Test
    void wallTicksAreTenMillionASecondFromZero() {
        WallClock clock = new WallClock(source::get);
        assertThat(clock.ticks()).isZero();
        source.addAndGet(1_000_000_000);
        assertThat(clock.ticks()).isEqualTo(10_000_000);
    }

    @Test
    void aPausedWallClockStandsAndGoesOnWhereItStood() {
        WallClock clock = new WallClock(source::get);
        source.addAndGet(1000);
        clock.pause();
        source.addAndGet(1_000_000);
        clock.pause();
        assertThat(clock.ticks()).isEqualTo(10);
        clock.resume();
        clock.resume();
        assertThat(clock.ticks()).isEqualTo(10);
        source.addAndGet(500);
        assertThat(clock.ticks()).isEqualTo(15);
    }

    @Test
    void theWallClocksCalendarIsTheHosts() {
        long now = Instant.now().getEpochSecond();
        assertThat(new WallClock().epochNanos() / 1_000_000_000).isCloseTo(now, within(5L));
    }

    @Test
    void instructionsMakeTicksAndTheCalendar() {
        AtomicLong retired = new AtomicLong();
        InstructionClock clock = new InstructionClock(retired::get, 100, Instant.ofEpochSecond(1000, 7));
        retired.set(99);
        assertThat(clock.ticks()).isZero();
        retired.set(250);
        assertThat(clock.ticks()).isEqualTo(2);
        assertThat(clock.epochNanos()).isEqualTo(1_000_000_000_007L + 200);
    }

    @Test
    void whatIsDueAtOnceNeitherSkipsTimeNorLetsInstructionsBeExecuted() {
        InstructionClock clock = new InstructionClock(() -> 1000, 10, Instant.EPOCH);
        clock.skipTo(500);
        clock.skipTo(BoundaryQueue.NOW);
        assertThat(clock.ticks()).isEqualTo(500);
        assertThat(clock.instructionsUntil(BoundaryQueue.NOW)).isZero();
        assertThat(clock.instructionsUntil(BoundaryQueue.NEVER)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void skippedTimeIsAddedAndNeverTakenBack() {
        AtomicLong retired = new AtomicLong(1000);
        InstructionClock clock = new InstructionClock(retired::get, 10, Instant.EPOCH);
        clock.skipTo(500);
        assertThat(clock.ticks()).isEqualTo(500);
        clock.skipTo(400);
        assertThat(clock.ticks()).isEqualTo(500);
        retired.addAndGet(10);
        assertThat(clock.ticks()).isEqualTo(501);
        assertThat(clock.skipped()).isEqualTo(400);
    }

    @Test
    void theBudgetUntilADeadlineIsExact() {
        AtomicLong retired = new AtomicLong(1005);
        InstructionClock clock = new InstructionClock(retired::get, 10, Instant.EPOCH);
        clock.skipTo(200);
        long budget = clock.instructionsUntil(210);
        retired.addAndGet(budget - 1);
        assertThat(clock.ticks()).isEqualTo(209);
        retired.addAndGet(1);
        assertThat(clock.ticks()).isEqualTo(210);
        assertThat(clock.instructionsUntil(210)).isZero();
        assertThat(clock.instructionsUntil(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }
}
