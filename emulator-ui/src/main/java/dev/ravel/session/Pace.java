package dev.ravel.session;

import java.util.concurrent.TimeUnit;

/**
 * Says how many steps are due at a rate, so that over any time they are as many as the rate says. Who falls behind by more than a
 * moment does not catch up: what was a standstill of the host is none that the guest should rush after.
 */
final class Pace {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** How long a step may be overdue. */
    private static final long MOMENT = SECOND / 4;

    private final long rate;

    /** From then on steps are counted. */
    private long origin;

    private long done;

    /**
     * @param rate steps a second, above 0
     * @param now in nanoseconds, as all other times here
     */
    Pace(long rate, long now) {
        this.rate = rate;
        this.origin = now;
    }

    /** How many steps may be made now. */
    long due(long now) {
        if (now - timeOf(done + 1) > MOMENT) {
            origin = now - Math.max(MOMENT, Math.ceilDiv(SECOND, rate));
            done = 0;
        }
        while (now - origin >= SECOND && done >= rate) {
            origin += SECOND;
            done -= rate;
        }
        long elapsed = now - origin;
        long seconds = elapsed / SECOND;
        return Math.max(0, seconds * rate + Math.floorDiv((elapsed - seconds * SECOND) * rate, SECOND) - done);
    }

    /** So many steps were made. */
    void made(long steps) {
        done += steps;
    }

    /** How long until the next step is due. */
    long untilNext(long now) {
        return Math.max(0, timeOf(done + 1) - now);
    }

    /** When that step is due, the first one being 1; rounded up. */
    private long timeOf(long step) {
        return origin + step / rate * SECOND + Math.ceilDiv(step % rate * SECOND, rate);
    }
}
