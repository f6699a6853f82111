package dev.ravel.benchmarks.views;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How smooth a window was.
 *
 * @param gaps nanoseconds from one of the toolkit's pulses, in which it makes a frame, to the next; one at least
 */
record Frames(List<Long> gaps) {
    static final String HEADING = String.format(
            Locale.ROOT, "%-14s%17s%17s%15s%12s", "view", "frames a second", "99 % of gaps", "longest gap", "printed");

    Frames {
        gaps = List.copyOf(gaps);
    }

    double perSecond() {
        return gaps.size() * 1e9 / gaps.stream().mapToLong(Long::longValue).sum();
    }

    double longestMillis() {
        return Quantiles.percentiles().index(100).compute(gaps) / 1e6;
    }

    /** So long are all but one in a hundred, or shorter. */
    double mostMillis() {
        return Quantiles.percentiles().index(99).compute(gaps) / 1e6;
    }

    /**
     * A line of the table.
     *
     * @param bytes that the guest printed in a second
     */
    String line(String view, double bytes) {
        return String.format(
                Locale.ROOT,
                "%-14s%17.1f%14.1f ms%12.1f ms%7.2f MB/s",
                view,
                perSecond(),
                mostMillis(),
                longestMillis(),
                bytes / 1e6);
    }

    /** Counts pulses; for the toolkit's thread. */
    static final class Counter extends javafx.animation.AnimationTimer {
        private final List<Long> gaps = new ArrayList<>();
        private long last;

        @Override
        public void start() {
            last = System.nanoTime();
            super.start();
        }

        @Override
        public void handle(long now) {
            // Not the pulse's own time: that is when it should have come.
            long here = System.nanoTime();
            gaps.add(here - last);
            last = here;
        }

        /** Ends counting; what has passed since the last pulse is a gap too. */
        Frames end() {
            super.stop();
            gaps.add(System.nanoTime() - last);
            return new Frames(gaps);
        }
    }
}
