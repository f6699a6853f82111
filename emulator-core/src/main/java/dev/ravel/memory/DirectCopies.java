package dev.ravel.memory;

import jdk.internal.misc.Unsafe;

/**
 * Copies as memory segments do in the end, where the JVM lets us. HotSpot's second compiler takes 30 to 80 ms for a method that asks a segment, and what compiles the
 * guest's loops waits for it. Never loaded where {@link DirectAccess} is not allowed.
 */
final class DirectCopies {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private DirectCopies() {}

    /** Between addresses of the host. */
    static void copy(long from, long to, long bytes) {
        UNSAFE.copyMemory(from, to, bytes);
    }

    /** From the first element on to an address of the host. */
    static void copy(long[] from, long to, long bytes) {
        UNSAFE.copyMemory(from, Unsafe.ARRAY_LONG_BASE_OFFSET, null, to, bytes);
    }
}
