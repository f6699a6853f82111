package dev.ravel.benchmarks.guest;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A program on all emulators.
 *
 * @param samples in the order of the emulators: Ravel, then the peer if there is one
 */
public record Row(GuestProgram program, List<Samples> samples) {
    /** Less than this is lost in the noise of a start. */
    private static final double SHORTEST = 0.01;

    /** A copy of the list. */
    public Row {
        samples = List.copyOf(samples);
    }

    /** The peer's median time divided by Ravel's: above 1 Ravel is faster. Empty without a peer, or if a time is too short. */
    public OptionalDouble ratio() {
        if (samples.size() < 2 || samples.stream().anyMatch(s -> s.median() < SHORTEST)) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(samples.get(1).median() / samples.get(0).median());
    }

    /** What is wrong if not all runs printed the same checksum. */
    public Optional<String> complaint() {
        List<String> checksums =
                samples.stream().flatMap(s -> s.checksums().stream()).distinct().toList();
        return checksums.size() == 1
                ? Optional.empty()
                : Optional.of(program.title() + ": the checksums differ: " + String.join(", ", checksums));
    }
}
