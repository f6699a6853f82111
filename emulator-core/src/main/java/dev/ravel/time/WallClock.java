package dev.ravel.time;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Time as the host sees it. {@link #ticks} stands still while the machine is paused; {@link #epochNanos} follows the
 * host's calendar, so that a machine that goes on after a night knows the date.
 *
 * <p>Safe for any thread.
 */
public final class WallClock implements Clock {
    private static final long NANOS_PER_TICK = 1_000_000_000 / TIMEBASE_HZ;

    private final LongSupplier nanoTime;
    /** What {@link #nanoTime} was, or would have been, when the machine was switched on; written under the monitor. */
    private volatile long origin;

    private volatile boolean paused;
    private volatile long pausedTicks;

    /** A clock that runs from zero. */
    public WallClock() {
        this(System::nanoTime);
    }

    WallClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    @Override
    public long ticks() {
        return paused ? pausedTicks : (nanoTime.getAsLong() - origin) / NANOS_PER_TICK;
    }

    @Override
    public long epochNanos() {
        Instant now = Instant.now();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }

    /** Stops the ticks; of no effect if they stand. */
    public synchronized void pause() {
        if (!paused) {
            pausedTicks = ticks();
            paused = true;
        }
    }

    /** Lets the ticks go on from where they stopped; of no effect if they run. */
    public synchronized void resume() {
        if (paused) {
            origin = nanoTime.getAsLong() - pausedTicks * NANOS_PER_TICK;
            paused = false;
        }
    }
}
