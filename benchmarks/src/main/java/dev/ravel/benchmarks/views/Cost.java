package dev.ravel.benchmarks.views;

import com.google.common.math.Quantiles;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What an open view took from a guest: the part of its instructions that the guest did not come to while the view was open, against
 * the turns without it just before and just after. Below 0 if it came to more.
 *
 * <p>What else a shared host does slows a guest down for seconds, by half or more: it meets a turn and its neighbours alike,
 * but for where it begins and ends. So each turn is compared with its neighbours alone, and of that the median is told, with the range
 * that half of all turns are in. Two parts of a cost can be told without any noise of others: the time in which the guest was held, and what
 * processor time all threads but the harts' took more than without the view.
 *
 * @param view its title
 * @param without turns with no view open: one before each of those with it, and one after the last
 * @param with turns with it, one at least
 */
record Cost(String view, List<Rate> without, List<Rate> with) {
    static final String HEADING = String.format(
            Locale.ROOT,
            "%-14s%9s   %-18s%-26s%-8s%s",
            "view",
            "cost",
            "of half the runs",
            "in the harts' code alone",
            "held",
            "beside");

    private static final int LOWER_QUARTILE = 25;
    private static final int UPPER_QUARTILE = 75;

    Cost {
        without = List.copyOf(without);
        with = List.copyOf(with);
        if (without.size() != with.size() + 1) {
            throw new IllegalArgumentException(with.size() + " turns between " + without.size() + " others");
        }
    }

    private List<Double> shares(ToDoubleFunction<Rate> rate) {
        return IntStream.range(0, with.size())
                .mapToObj(run -> 1
                        - 2
                                * rate.applyAsDouble(with.get(run))
                                / (rate.applyAsDouble(without.get(run)) + rate.applyAsDouble(without.get(run + 1))))
                .toList();
    }

    /** A line of the table. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%-14s%7.1f %%   %-18s%-26s%-8s%.1f %%",
                view,
                Quantiles.median().compute(shares(Rate::perSecond)) * 100,
                range(),
                String.format(Locale.ROOT, "%.1f %%", Quantiles.median().compute(shares(Rate::perHartSecond)) * 100),
                String.format(Locale.ROOT, "%.1f %%", median(with, Rate::held) * 100),
                (median(with, Rate::beside) - median(without, Rate::beside)) * 100);
    }

    private static double median(List<Rate> rates, ToDoubleFunction<Rate> part) {
        return Quantiles.median().compute(rates.stream().mapToDouble(part).toArray());
    }

    private String range() {
        return String.format(Locale.ROOT, "%.1f .. %.1f %%", quartile(LOWER_QUARTILE), quartile(UPPER_QUARTILE));
    }

    private double quartile(int percentile) {
        return Quantiles.percentiles().index(percentile).compute(shares(Rate::perSecond)) * 100;
    }
}
