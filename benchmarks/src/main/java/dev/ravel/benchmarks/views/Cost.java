package dev.ravel.benchmarks.views;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What an open view took from a guest: the part of its instructions that the guest did not come to while the view was open,
 * against turns without it just before or after. Below 0 if it came to more.
 *
 * <p>What else a shared host does slows a guest down for seconds, by half or more, and never speeds it up. So the
 * fast turns are compared: those that a quarter of all turns reach. Of the time in which the guest was held it is the median.
 *
 * @param view its title
 * @param without turns with no view open, one at least
 * @param with as many turns with it
 */
record Cost(String view, List<Rate> without, List<Rate> with) {
    static final String HEADING = String.format(
            Locale.ROOT, "%-14s%9s   %-18s%-26s%s", "view", "cost", "of all runs", "in the harts' code alone", "held");

    Cost {
        without = List.copyOf(without);
        with = List.copyOf(with);
    }

    private double share(ToDoubleFunction<Rate> rate) {
        return 1 - fast(with, rate) / fast(without, rate);
    }

    private static double fast(List<Rate> rates, ToDoubleFunction<Rate> rate) {
        return Quantiles.percentiles()
                .index(75)
                .compute(rates.stream().mapToDouble(rate).toArray());
    }

    /** A line of the table. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%-14s%7.1f %%   %-18s%-26s%.1f %%",
                view,
                share(Rate::perSecond) * 100,
                range(),
                String.format(Locale.ROOT, "%.1f %%", share(Rate::perHartSecond) * 100),
                Quantiles.median().compute(with.stream().mapToDouble(Rate::held).toArray()) * 100);
    }

    private String range() {
        List<Double> shares = IntStream.range(0, with.size())
                .mapToObj(
                        run -> 1 - with.get(run).perSecond() / without.get(run).perSecond())
                .toList();
        double least = Quantiles.percentiles().index(0).compute(shares);
        double most = Quantiles.percentiles().index(100).compute(shares);
        return String.format(Locale.ROOT, "%.1f .. %.1f %%", least * 100, most * 100);
    }

    /** Collects the runs of one view. */
    static final class Runs {
        private final List<Rate> without = new ArrayList<>();
        private final List<Rate> with = new ArrayList<>();

        /** Adds a run. */
        void add(Rate unwatched, Rate watched) {
            without.add(unwatched);
            with.add(watched);
        }

        Cost of(String view) {
            return new Cost(view, without, with);
        }
    }
}
