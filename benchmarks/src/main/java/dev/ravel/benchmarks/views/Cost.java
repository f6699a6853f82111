package dev.ravel.benchmarks.views;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What an open view took from a guest: of each run the part of its instructions that the guest did not come to while the
 * view was open, against a turn without it just before or after. Below 0 if it came to more.
 *
 * @param view its title
 * @param shares in the same time
 * @param hartShares in the same processor time of the harts
 */
record Cost(String view, List<Double> shares, List<Double> hartShares) {
    static final String HEADING =
            String.format(Locale.ROOT, "%-14s%9s   %-18s%s", "view", "cost", "of all runs", "in the harts' code alone");

    Cost {
        shares = List.copyOf(shares);
        hartShares = List.copyOf(hartShares);
    }

    /** The middle one. */
    double median() {
        return median(shares);
    }

    private static double median(Collection<Double> values) {
        return Quantiles.median().compute(values);
    }

    /** A line of the table. */
    String line() {
        return String.format(
                Locale.ROOT, "%-14s%7.1f %%   %-18s%.1f %%", view, median() * 100, range(), median(hartShares) * 100);
    }

    private String range() {
        double least = Quantiles.percentiles().index(0).compute(shares);
        double most = Quantiles.percentiles().index(100).compute(shares);
        return String.format(Locale.ROOT, "%.1f .. %.1f %%", least * 100, most * 100);
    }

    /** Collects the runs of one view. */
    static final class Runs {
        private final List<Double> shares = new ArrayList<>();
        private final List<Double> hartShares = new ArrayList<>();

        /** Adds a run. */
        void add(Rate without, Rate with) {
            shares.add(1 - with.perSecond() / without.perSecond());
            hartShares.add(1 - with.perHartSecond() / without.perHartSecond());
        }

        Cost of(String view) {
            return new Cost(view, shares, hartShares);
        }
    }
}
