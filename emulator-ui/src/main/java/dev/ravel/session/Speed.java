package dev.ravel.session;

import java.util.List;
import java.util.Locale;

/** How fast a machine runs. In a machine that is slowed down time is slow as well: it runs in slow motion. */
public sealed interface Speed {
    /** As fast as the host can. */
    Speed FULL = new Full();

    /** What machines may be set to that can be moved step by step, the slowest first. */
    List<Speed> RATES = List.of(
            new Rate(10),
            new Rate(100),
            new Rate(1_000),
            new Rate(10_000),
            new Rate(100_000),
            new Rate(1_000_000),
            new Rate(10_000_000),
            FULL);

    /** What others may be set to, the slowest first. */
    List<Speed> SHARES = List.of(
            new Share(0.001), new Share(0.01), new Share(0.05), new Share(0.1), new Share(0.25), new Share(0.5), FULL);

    /** Words for a menu. */
    String label();

    /** {@link #FULL}. */
    record Full() implements Speed {
        @Override
        public String label() {
            return "Full speed";
        }
    }

    /**
     * So many steps in each second of the host, if that can keep up: instructions, and traps and interrupts that are taken.
     *
     * @param steps above 0
     */
    record Rate(long steps) implements Speed {
        /** Checks the range. */
        public Rate {
            if (steps <= 0) {
                throw new IllegalArgumentException(steps + " steps a second");
            }
        }

        @Override
        public String label() {
            return String.format(Locale.ROOT, "%,d steps a second", steps);
        }
    }

    /**
     * In turns it runs as fast as the host can and stands still, with its time.
     *
     * @param part of the time in which it runs: above 0, below 1
     */
    record Share(double part) implements Speed {
        /** Checks the range. */
        public Share {
            if (!(part > 0 && part < 1)) {
                throw new IllegalArgumentException("a part of " + part);
            }
        }

        @Override
        public String label() {
            double percent = 100 * part;
            return (percent < 1 ? String.format(Locale.ROOT, "%.1f", percent) : Long.toString(Math.round(percent)))
                    + " %";
        }
    }
}
