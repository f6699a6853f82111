package dev.ravel.net;

import java.nio.ByteBuffer;

/**
 * Bytes of a stream, by their positions: a ring that grows as far as it is used and no further than its capacity. Where
 * bytes have not been put, it holds anything.
 */
public final class StreamBuffer {
    /** Bytes of the smallest ring. */
    public static final int SMALLEST = 4096;

    private static final byte[] NONE = new byte[0];

    private final int capacity;
    private byte[] ring = NONE;
    private long start;

    /**
     * A buffer that holds nothing.
     *
     * @param capacity a power of two, {@link #SMALLEST} or more
     * @param start the position of the first byte
     */
    public StreamBuffer(int capacity, long start) {
        if (capacity < SMALLEST || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("a buffer of " + capacity + " bytes");
        }
        this.capacity = capacity;
        this.start = start;
    }

    /** The most bytes that it holds. */
    public int capacity() {
        return capacity;
    }

    /** The first position that can be held. */
    public long start() {
        return start;
    }

    /** Puts bytes between {@link #start} and {@code capacity} bytes after it. */
    public void put(long position, ByteBuffer bytes) {
        int needed = Math.toIntExact(position + bytes.remaining() - start);
        if (position < start || needed > capacity) {
            throw new IllegalArgumentException("position " + position + " is not in the buffer");
        }
        grow(needed);
        long at = position;
        while (bytes.hasRemaining()) {
            int index = index(at);
            int count = Math.min(bytes.remaining(), ring.length - index);
            bytes.get(ring, index, count);
            at += count;
        }
    }

    /** Copies bytes that were put, as many as fit into {@code into}. */
    public void get(long position, ByteBuffer into) {
        long at = position;
        while (into.hasRemaining()) {
            int index = index(at);
            int count = Math.min(into.remaining(), ring.length - index);
            into.put(ring, index, count);
            at += count;
        }
    }

    /** Forgets what is before {@code position}. */
    public void discardTo(long position) {
        start = Math.max(start, position);
    }

    /** Gives back the memory of a buffer that holds nothing. */
    public void release() {
        ring = NONE;
    }

    private int index(long position) {
        return (int) position & ring.length - 1;
    }

    private void grow(int needed) {
        if (needed <= ring.length) {
            return;
        }
        byte[] old = ring;
        ring = new byte[Math.max(SMALLEST, Integer.highestOneBit(needed - 1) << 1)];
        for (long at = start; at < start + old.length; ) {
            int from = (int) at & old.length - 1;
            int count = (int) Math.min(old.length - from, start + old.length - at);
            // The old ring's end is a multiple of its size, so the new one's does not come before.
            System.arraycopy(old, from, ring, index(at), count);
            at += count;
        }
    }
}
