package dev.ravel.net.tcp;

/** How long to wait for an acknowledgment (RFC 6298). Times are nanoseconds. */
final class RetransmissionTimeout {
    private static final long MILLI = 1_000_000;
    private static final long FIRST = 1_000 * MILLI;
    /** RFC 6298, 2.4: also an emulated guest delays its acknowledgments. */
    private static final long LEAST = 1_000 * MILLI;

    private static final long MOST = 60_000 * MILLI;
    private static final long GRANULARITY = MILLI;

    private long smoothed;
    private long variation;
    private long timeout = FIRST;
    private boolean measured;
    private int backOffs;

    /** A round trip took so long. It must not be one that a retransmission was part of. */
    void measured(long roundTrip) {
        if (measured) {
            variation += (Math.abs(smoothed - roundTrip) - variation) / 4;
            smoothed += (roundTrip - smoothed) / 8;
        } else {
            measured = true;
            smoothed = roundTrip;
            variation = roundTrip / 2;
        }
        timeout = smoothed + Math.max(GRANULARITY, 4 * variation);
    }

    /** It passed in vain: the next is twice as long. */
    void backOff() {
        backOffs++;
    }

    /** An acknowledgment came. */
    void progress() {
        backOffs = 0;
    }

    /** One second to one minute. */
    long nanos() {
        long current = Math.max(LEAST, timeout);
        for (int i = 0; i < backOffs && current < MOST; i++) {
            current *= 2;
        }
        return Math.min(current, MOST);
    }
}
