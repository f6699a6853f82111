package dev.ravel.time;

/** A clock that stands until a test moves it. */
public final class ManualClock implements Clock {
    /** What {@link #ticks} gives. */
    public volatile long ticks;

    /** What {@link #epochNanos} gives at tick zero. */
    public long epochStart = 1_700_000_000_000_000_000L;

    @Override
    public long ticks() {
        return ticks;
    }

    @Override
    public long epochNanos() {
        return epochStart + ticks * 100;
    }
}
