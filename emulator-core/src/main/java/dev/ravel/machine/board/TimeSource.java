package dev.ravel.machine.board;

import dev.ravel.time.Clock;
import dev.ravel.time.InstructionClock;
import dev.ravel.time.WallClock;

/** The machine's clock, and what a hart's thread asks of it beyond the time. */
public interface TimeSource {

    /** The clock. */
    Clock clock();

    /** {@link Clock#ticks}. */
    default long ticks() {
        return clock().ticks();
    }

    /** How many instructions may be executed before {@code deadline} has to be looked at; at least 1. */
    long budget(long deadline);

    /** How long to sleep until {@code deadline}; 0 if it has come. Time that nothing but a waiting hart drives jumps there. */
    long nanosUntil(long deadline);

    /** Stops the time. */
    void pause();

    /** Lets it go on. */
    void resume();

    /** Called around a reset of the harts, which sets their instruction counts to 0. */
    void keepAcross(Runnable reset);

    /** How much of it was skipped, where it is the count of instructions: for snapshots. */
    long skipped();

    /** Sets what {@link #skipped} gave. */
    void restoreSkipped(long ticks);

    /** Wall time. */
    record Wall(WallClock clock) implements TimeSource {
        private static final long NANOS_PER_TICK = 1_000_000_000 / Clock.TIMEBASE_HZ;

        @Override
        public long budget(long deadline) {
            return Long.MAX_VALUE;
        }

        @Override
        public long nanosUntil(long deadline) {
            long distance = deadline - clock.ticks();
            return distance <= 0 ? 0 : Math.min(distance, Long.MAX_VALUE / NANOS_PER_TICK) * NANOS_PER_TICK;
        }

        @Override
        public void pause() {
            clock.pause();
        }

        @Override
        public void resume() {
            clock.resume();
        }

        @Override
        public void keepAcross(Runnable reset) {
            reset.run();
        }

        @Override
        public long skipped() {
            return 0;
        }

        /** It goes on as it is: who needs another time keeps the distance. */
        @Override
        public void restoreSkipped(long ticks) {}
    }

    /** Time that is the count of instructions of the only hart. */
    record Counted(InstructionClock clock) implements TimeSource {
        @Override
        public long budget(long deadline) {
            return Math.max(1, clock.instructionsUntil(deadline));
        }

        @Override
        public long nanosUntil(long deadline) {
            clock.skipTo(deadline);
            return 0;
        }

        @Override
        public void pause() {
            // It stands still whenever the hart does.
        }

        @Override
        public void resume() {
            // As above.
        }

        @Override
        public void keepAcross(Runnable reset) {
            long before = clock.ticks();
            reset.run();
            clock.skipTo(before);
        }

        @Override
        public long skipped() {
            return clock.skipped();
        }

        @Override
        public void restoreSkipped(long ticks) {
            clock.restoreSkipped(ticks);
        }
    }
}
