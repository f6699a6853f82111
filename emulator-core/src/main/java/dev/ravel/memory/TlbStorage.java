package dev.ravel.memory;

import java.util.Arrays;

/**
 * One array that the TLBs of all harts of a machine lie in, slice by slice. It never moves or grows, so generated code may
 * hold it as a constant: HotSpot then knows its length and leaves the checks of indices out.
 */
public final class TlbStorage {
    /** Places for entries in a slice; a power of two. */
    public static final int ENTRIES = 1024;

    /** Elements of an entry, a power of two: tag and addend for loads (or fetches), then for stores. */
    public static final int STRIDE = 4;

    /** Elements of a slice. */
    public static final int SLICE = ENTRIES * STRIDE;

    /** What a tag is that stands for no page. */
    public static final long INVALID = -1;

    /** Slices that one hart may need: a data slice for each mode that decides differently, a fetch slice for each privilege. */
    private static final int SLICES_PER_HART = 16;

    private final long[] elements;
    private final long origin;
    private int used;

    /** Storage for that many harts, at least 1, whose RAM has that {@link Ram#origin}. */
    public TlbStorage(int harts, long origin) {
        this.origin = origin;
        int slices = Math.max(Integer.highestOneBit(2 * harts - 1), 1) * SLICES_PER_HART;
        elements = new long[slices * SLICE];
    }

    /** The array itself; its length is a power of two. */
    public long[] elements() {
        return elements;
    }

    /** {@link Ram#origin}. */
    public long origin() {
        return origin;
    }

    /**
     * The index of the first element of a slice that nobody has yet, all of whose tags are {@link #INVALID}.
     *
     * @throws IllegalStateException if there are more harts than were asked for
     */
    public synchronized int allocate() {
        int base = used;
        if (base + SLICE > elements.length) {
            throw new IllegalStateException("no room for the TLBs of another hart");
        }
        used += SLICE;
        Arrays.fill(elements, base, used, INVALID);
        return base;
    }
}
