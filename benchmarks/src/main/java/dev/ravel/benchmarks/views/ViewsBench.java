package dev.ravel.benchmarks.views;

import dev.ravel.benchmarks.BenchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Measures a guest with a view open and with none, in turn, so that what else the host does meets both.
 *
 * @param runs of each view, each between two turns without it
 * @param seconds of a turn
 */
record ViewsBench(WatchedGuest guest, int runs, double seconds) {
    /** Until a load is translated. */
    private static final int WARM_SECONDS = 4;

    /** Until a view that was opened has found what it shows, and one that was closed is gone. */
    private static final int SETTLE_MILLIS = 700;

    /** What is compared with itself, for what the host's noise is. */
    static final String NONE = "(none)";

    /** As fast as it can, lines of some length. */
    private static final String PRINTING = "yes 'The quick brown fox jumps over the lazy dog, again and again.'";

    /** Opens each view for a moment: what HotSpot compiles when something is drawn for the first time is no view's own cost. */
    void warm(List<String> views) throws InterruptedException {
        for (String view : views) {
            guest.open(Optional.of(view));
            TimeUnit.SECONDS.sleep(WARM_SECONDS);
        }
        guest.open(Optional.empty());
    }

    /** Begins a load, and tells how many instructions a second the guest comes to with no view open. */
    Rate begin(Load load) throws InterruptedException {
        guest.open(Optional.empty());
        guest.type(load.line());
        TimeUnit.SECONDS.sleep(WARM_SECONDS);
        if (guest.observed()) {
            throw new BenchException("with no view open somebody watches the guest");
        }
        return guest.rate(seconds);
    }

    /** Ends what was begun. */
    void end() throws InterruptedException {
        guest.open(Optional.empty());
        guest.interrupt();
    }

    /** What a view costs; empty for none. */
    Cost cost(Optional<String> view) throws InterruptedException {
        List<Rate> without = new ArrayList<>();
        List<Rate> with = new ArrayList<>();
        without.add(rate(Optional.empty()));
        for (int run = 0; run < runs; run++) {
            with.add(rate(view));
            without.add(rate(Optional.empty()));
        }
        return new Cost(view.orElse(NONE), without, with);
    }

    private Rate rate(Optional<String> view) throws InterruptedException {
        guest.open(view);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        return guest.rate(seconds);
    }

    /** Has the guest print without end. */
    void beginPrinting() throws InterruptedException {
        guest.open(Optional.empty());
        guest.type(PRINTING);
        TimeUnit.SECONDS.sleep(WARM_SECONDS);
    }

    /** A line of the table of frames, while the guest prints. */
    String frames(Optional<String> view) throws InterruptedException {
        guest.open(view);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        long before = guest.printedBytes();
        long start = System.nanoTime();
        Frames frames = guest.frames(seconds * runs);
        double took = (System.nanoTime() - start) / 1e9;
        return frames.line(view.orElse(NONE), (guest.printedBytes() - before) / took);
    }

    /** Those of the guest's views that are wanted, in their order; all if none is named. */
    static List<String> chosen(List<String> views, List<String> wanted) {
        wanted.stream()
                .filter(name -> views.stream().noneMatch(name::equalsIgnoreCase))
                .findFirst()
                .ifPresent(name -> {
                    throw new BenchException(
                            "--only " + name + ": there is no such view; there are " + String.join(", ", views));
                });
        return views.stream()
                .filter(view -> wanted.isEmpty() || wanted.stream().anyMatch(view::equalsIgnoreCase))
                .toList();
    }
}
