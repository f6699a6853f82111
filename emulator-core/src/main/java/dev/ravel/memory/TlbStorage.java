package dev.ravel.memory;

import java.util.Arrays;

/**
 * One array that the TLBs of all harts of a machine lie in, slice by slice. It never moves or grows, so generated code may
 * hold it as a constant: HotSpot then knows its length and leaves the checks of indices out. Another one holds what harts know of pages of
 * RAM where they need no TLBs.
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

    /** Bytes of {@link #storable} at most. */
    private static final int MOST_STORABLE = 1 << 26;

    private final long[] elements;
    private final byte[] storable;
    private final long origin;
    private final int pages;
    private int used;
    private int storableUsed;

    /** Storage for that many harts of a machine with this RAM, at least 1. */
    public TlbStorage(int harts, Ram ram) {
        this(harts, ram, MOST_STORABLE);
    }

    /** The same with so many bytes of {@link #storable} at most. */
    TlbStorage(int harts, Ram ram, int most) {
        this.origin = ram.origin();
        int all = Math.toIntExact(ram.size() >>> Ram.PAGE_SHIFT);
        this.pages = (long) harts * all <= most ? all : 0;
        this.storable = new byte[harts * pages];
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

    /** For each hart a byte for each page of RAM, all 0 at first; see {@link dev.ravel.mmu.StorablePages}. Empty if that were too many. */
    public byte[] storable() {
        return storable;
    }

    /** Pages that {@link #storable} is about: all of RAM, or none. */
    public int pages() {
        return pages;
    }

    /**
     * The index in {@link #storable} of the byte for the first page, for a hart that has none yet.
     *
     * @throws IllegalStateException if there are more harts than were asked for
     */
    public synchronized int allocateStorable() {
        int first = storableUsed;
        if (first == storable.length && pages > 0) {
            throw tooManyHarts();
        }
        storableUsed += pages;
        return first;
    }

    /**
     * The index of the first element of a slice that nobody has yet, all of whose tags are {@link #INVALID}.
     *
     * @throws IllegalStateException if there are more harts than were asked for
     */
    public synchronized int allocate() {
        int base = used;
        if (base + SLICE > elements.length) {
            throw tooManyHarts();
        }
        used += SLICE;
        Arrays.fill(elements, base, used, INVALID);
        return base;
    }

    private static IllegalStateException tooManyHarts() {
        return new IllegalStateException("no room for the TLBs of another hart");
    }
}
