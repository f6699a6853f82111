package dev.ravel.benchmarks.views;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an open view took from a guest.
 *
 * @param view its title
 * @param shares one for each run: the part of its instructions that the guest did not come to while the view was open,
 *     against a turn without one just before or after; below 0 if it came to more
 */
record Cost(String view, List<Double> shares) {
    static final String HEADING = String.format(Locale.ROOT, "%-14s%9s   %s", "view", "cost", "of all runs");

    Cost {
        shares = List.copyOf(shares);
    }

    /** The middle one. */
    double median() {
        return Quantiles.median().compute(shares);
    }

    /** A line of the table. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%-14s%7.1f %%   %.1f .. %.1f %%",
                view,
                median() * 100,
                shares.stream().mapToDouble(Double::doubleValue).min().orElse(0) * 100,
                shares.stream().mapToDouble(Double::doubleValue).max().orElse(0) * 100);
    }

    /** Collects the runs of one view. */
    static final class Runs {
        private final List<Double> shares = new ArrayList<>();

        /**
         * Adds a run.
         *
         * @param without instructions a second with no view open
         * @param with the same with the view
         */
        void add(double without, double with) {
            shares.add(1 - with / without);
        }

        Cost of(String view) {
            return new Cost(view, shares);
        }
    }
}
