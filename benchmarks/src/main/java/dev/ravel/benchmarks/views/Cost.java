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

    private static final int LOWER = 25;
    private static final int UPPER = 75;

    Cost {
        without = List.copyOf(without);
        with = List.copyOf(with);
        if (without.size() != with.size() + 1) {
            throw new IllegalArgumentException(with.size() + " turns between " + without.size() + " others");
        }
    }

    private double[] shares(ToDoubleFunction<Rate> rate) {
        double[] alone = without.stream().mapToDouble(rate).toArray();
        return IntStream.range(0, with.size())
                .mapToDouble(run -> 1 - 2 * rate.applyAsDouble(with.get(run)) / (alone[run] + alone[run + 1]))
                .toArray();
    }

    /** A line of the table. */
    String line() {
        double[] shares = shares(Rate::perSecond);
        double beside = median(with, Rate::beside) - median(without, Rate::beside);
        return String.format(
                Locale.ROOT,
                "%-14s%9s   %-18s%-26s%-8s%s",
                view,
                percent(median(shares)),
                String.format(
                        Locale.ROOT, "%.1f .. %s", quartile(LOWER, shares) * 100, percent(quartile(UPPER, shares))),
                percent(median(shares(Rate::perHartSecond))),
                percent(median(with, Rate::held)),
                percent(beside));
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f %%", part * 100);
    }

    private static double median(List<Rate> rates, ToDoubleFunction<Rate> part) {
        return median(rates.stream().mapToDouble(part).toArray());
    }

    private static double median(double... numbers) {
        return Quantiles.median().compute(numbers);
    }

    private static double quartile(int percentile, double... numbers) {
        return Quantiles.percentiles().index(percentile).compute(numbers);
    }
}
