package dev.ravel.state;

import java.util.Arrays;

/**
 * The numbers of a state in the order in which they are written, without their names: to compare two states of the same kind
 * again and again without making garbage.
 */
public final class NumberList implements StateWriter {
    private long[] values = new long[512];
    private int count;

    /** Forgets all numbers. */
    public void clear() {
        count = 0;
    }

    /** Whether the other one has the same numbers. */
    public boolean sameAs(NumberList other) {
        return Arrays.equals(values, 0, count, other.values, 0, other.count);
    }

    @Override
    public void put(String name, long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    @Override
    public void put(String name, byte[] value) {
        for (byte b : value) {
            put(name, b);
        }
    }

    @Override
    public StateWriter section(String name) {
        return this;
    }
}
