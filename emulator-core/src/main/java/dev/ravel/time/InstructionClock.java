package dev.ravel.time;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Time that depends on nothing but the guest: so many retired instructions are one tick, and the calendar starts at a
 * given moment. Two runs of the same machine see the same time at the same instruction.
 *
 * <p>When all harts wait there is nothing to count: the runner then moves the time to the next deadline with
 * {@link #skipTo}.
 */
public final class InstructionClock implements Clock {
    private static final long NANOS_PER_TICK = 1_000_000_000 / TIMEBASE_HZ;

    private final LongSupplier retired;
    private final long instructionsPerTick;
    private final long epochStart;
    private volatile long skipped;

    /**
     * A clock at zero ticks plus what {@code retired} already counts.
     *
     * @param retired the instructions retired since the machine was switched on; never decreases
     * @param instructionsPerTick positive; 100 makes a machine of nominally one instruction a nanosecond
     * @param epochStart what the calendar says at zero ticks
     */
    public InstructionClock(LongSupplier retired, long instructionsPerTick, Instant epochStart) {
        if (instructionsPerTick <= 0) {
            throw new IllegalArgumentException("instructions per tick must be positive, not " + instructionsPerTick);
        }
        this.retired = retired;
        this.instructionsPerTick = instructionsPerTick;
        this.epochStart =
                Math.addExact(Math.multiplyExact(epochStart.getEpochSecond(), 1_000_000_000L), epochStart.getNano());
    }

    @Override
    public long ticks() {
        return retired.getAsLong() / instructionsPerTick + skipped;
    }

    @Override
    public long epochNanos() {
        return epochStart + ticks() * NANOS_PER_TICK;
    }

    /** Moves the time forward to {@code ticks}; of no effect if it is already later. */
    public synchronized void skipTo(long ticks) {
        long now = ticks();
        if (ticks > now) {
            skipped += ticks - now;
        }
    }

    /** The ticks that {@link #skipTo} added so far; part of a snapshot. */
    public long skipped() {
        return skipped;
    }

    /** Sets what {@link #skipped} gave. */
    public synchronized void restoreSkipped(long ticks) {
        skipped = ticks;
    }

    /** Instructions from now until {@code deadline} is reached, for an engine's budget; 0 if it has been reached. */
    public long instructionsUntil(long deadline) {
        long count = retired.getAsLong();
        if (deadline <= count / instructionsPerTick + skipped) {
            return 0;
        }
        long wanted = deadline - skipped;
        return wanted > Long.MAX_VALUE / instructionsPerTick ? Long.MAX_VALUE : wanted * instructionsPerTick - count;
    }
}
