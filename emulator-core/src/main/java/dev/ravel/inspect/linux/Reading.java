package dev.ravel.inspect.linux;

import java.util.Optional;

/**
 * What was read from the guest: a value, or why there is none.
 *
 * @param <T> what was asked for
 */
public sealed interface Reading<T> {
    /** It was there. */
    record Value<T>(T value) implements Reading<T> {}

    /** It is torn, freed or overwritten; the reason in one line. */
    record Broken<T>(String reason) implements Reading<T> {}

    /** The value, if there is one. */
    default Optional<T> present() {
        return switch (this) {
            case Value<T> v -> Optional.of(v.value);
            case Broken<T> b -> Optional.empty();
        };
    }

    /** What reads the guest's memory. */
    @FunctionalInterface
    interface Source<T> {
        /** Reads it. */
        T read() throws BrokenStructureException;
    }

    /** Reads, and keeps what came out. */
    static <T> Reading<T> of(Source<T> source) {
        try {
            return new Value<>(source.read());
        } catch (BrokenStructureException e) {
            return new Broken<>(e.getMessage());
        }
    }
}
