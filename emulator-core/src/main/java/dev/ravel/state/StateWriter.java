package dev.ravel.state;

import java.util.List;
import java.util.stream.IntStream;

/** Takes the state of one part of the machine, field by field, by name; names are part of the snapshot format. */
public interface StateWriter {
    /** Records a number. */
    void put(String name, long value);

    /** Records bytes. */
    void put(String name, byte[] value);

    /** As {@link #put(String, byte[])}, of bytes that nobody will change: they need not be copied. */
    default void putShared(String name, byte[] value) {
        put(name, value);
    }

    /** A nested part, its names apart from this one's. */
    StateWriter section(String name);

    /** The names of {@code count} fields of a kind, made once: their numbers from 0 on, each between {@code before} and {@code after}. */
    static List<String> numbered(String before, int count, String after) {
        return IntStream.range(0, count).mapToObj(i -> before + i + after).toList();
    }
}
