package dev.ravel.benchmarks.guest;

import java.util.List;

/**
 * All runs of a program on one emulator.
 *
 * @param seconds of work, one for each run, in their order
 * @param checksums the distinct ones that were printed: one if all is well
 */
public record Samples(List<Double> seconds, List<String> checksums) {
    /** Copies of the lists. */
    public Samples {
        seconds = List.copyOf(seconds);
        checksums = checksums.stream().distinct().toList();
        if (seconds.isEmpty()) {
            throw new IllegalArgumentException("no run, no samples");
        }
    }

    /** The middle one; of an even number the mean of the two in the middle. */
    public static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** The middle one of the runs. */
    public double median() {
        return median(seconds);
    }

    /** The same runs, each shorter by so many seconds. */
    public Samples minus(double start) {
        return new Samples(seconds.stream().map(second -> second - start).toList(), checksums);
    }
}
