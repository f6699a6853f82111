package dev.ravel.engine.interpreter;

import jdk.internal.misc.Unsafe;

/** What {@link Memory} does without checks, where the JVM lets us. Never loaded where it does not. */
final class Direct {
    static final Unsafe UNSAFE = Unsafe.getUnsafe();

    /** Where the elements of an array of {@code long} begin. */
    static final long ELEMENTS = Unsafe.ARRAY_LONG_BASE_OFFSET;

    private Direct() {}

    static long element(long[] array, int index) {
        return UNSAFE.getLong(array, ELEMENTS + ((long) index << 3));
    }

    static void setElement(long[] array, int index, long value) {
        UNSAFE.putLong(array, ELEMENTS + ((long) index << 3), value);
    }

    static byte getByte(long address) {
        return UNSAFE.getByte(null, address);
    }

    static short getShort(long address) {
        return UNSAFE.getShort(null, address);
    }

    static int getInt(long address) {
        return UNSAFE.getInt(null, address);
    }

    static long getLong(long address) {
        return UNSAFE.getLong(null, address);
    }

    static void setByte(long address, byte value) {
        UNSAFE.putByte(null, address, value);
    }

    static void setShort(long address, short value) {
        UNSAFE.putShort(null, address, value);
    }

    static void setInt(long address, int value) {
        UNSAFE.putInt(null, address, value);
    }

    static void setLong(long address, long value) {
        UNSAFE.putLong(null, address, value);
    }
}
