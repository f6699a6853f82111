package dev.ravel.time;

/** The machine's time. Wall time, or time derived from the count of retired instructions in deterministic runs. */
public interface Clock {
    /** Ticks a second of {@code mtime} and {@code time}. */
    long TIMEBASE_HZ = 10_000_000;

    /** Ticks of {@link #TIMEBASE_HZ} since the machine was switched on; never runs backwards. */
    long ticks();

    /** Seconds since 1970 as the guest shall see them, in nanoseconds; for the real-time clock. */
    long epochNanos();
}
