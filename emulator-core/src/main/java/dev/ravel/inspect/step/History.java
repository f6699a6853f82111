package dev.ravel.inspect.step;

import dev.ravel.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** The snapshots of a run: many of what was just now, ever fewer of what is longer ago, and the first one. */
final class History {
    private final int most;
    private final long mostBytes;

    /** By position, of which each has one. */
    private final List<Moment> moments = new ArrayList<>();

    /**
     * A snapshot in the list.
     *
     * @param position steps before it
     * @param bytes about as many as would be free without it
     */
    record Moment(long position, Snapshot snapshot, ConsoleRecording.Mark console, long bytes) {}

    /**
     * An empty one.
     *
     * @param most moments that are kept, at least 3
     * @param mostBytes of RAM's contents that are kept, more or less: three moments are, whatever they take
     */
    History(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    int size() {
        return moments.size();
    }

    Moment first() {
        return moments.getFirst();
    }

    /** The latest that is not after {@code position}, which is not before the first. */
    Moment before(long position) {
        int i = moments.size() - 1;
        while (i > 0 && moments.get(i).position > position) {
            i--;
        }
        return moments.get(i);
    }

    /** Adds one where there is none yet, and forgets others that are too many. */
    void add(Moment moment) {
        int i = moments.size();
        while (i > 0 && moments.get(i - 1).position > moment.position) {
            i--;
        }
        moments.add(i, moment);
        while (moments.size() > most || moments.size() > 3 && bytes() > mostBytes) {
            forgetOne(moment.position);
        }
    }

    private long bytes() {
        return moments.stream().mapToLong(Moment::bytes).sum();
    }

    /** Forgets the one whose neighbours are closest together, seen from {@code now}. */
    private void forgetOne(long now) {
        int worst = 1;
        double least = Double.MAX_VALUE;
        for (int i = 1; i < moments.size() - 1; i++) {
            long gap = moments.get(i + 1).position - moments.get(i - 1).position;
            double density = gap / (1.0 + Math.abs(now - moments.get(i).position));
            if (density < least && moments.get(i).position != now) {
                least = density;
                worst = i;
            }
        }
        Moment gone = moments.remove(worst);
        // What only it and the next one have is copied for it alone; pages that are always written to, for both.
        Moment next = moments.get(worst);
        moments.set(worst, new Moment(next.position, next.snapshot, next.console, Math.max(gone.bytes, next.bytes)));
    }

    /** Forgets what is after {@code position}. */
    void forgetAfter(long position) {
        moments.removeIf(moment -> moment.position > position);
    }

    void clear() {
        moments.clear();
    }
}
