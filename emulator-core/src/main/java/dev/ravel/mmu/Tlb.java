package dev.ravel.mmu;

import dev.ravel.memory.Ram;
import dev.ravel.memory.TlbStorage;

/**
 * A direct-mapped software TLB for one kind of access. An entry stands only for a page that is plain RAM and for which
 * this access is allowed on every byte in the present mode; everything else misses and takes the slow path. Store
 * entries never stand for pages that hold decoded code.
 *
 * <p>The engines read {@link #elements} themselves. The entry of {@code va} is at {@code index(va)} from {@link #base}: a
 * tag, then an addend. An access of {@code size} bytes hits when the tag is the address of the page of its last byte,
 * {@code va + size - 1 & -PAGE_SIZE}, which an access across the page's end never does. {@code va} plus the addend is then what
 * engines access the bytes with ({@link Ram#origin}); in a fetch TLB, their offset in the RAM segment.
 *
 * <p>It remembers which entries it has filled: emptying costs what was used, not what there is.
 */
public final class Tlb {
    /** Entries; a power of two. */
    public static final int SIZE = TlbStorage.ENTRIES;

    /** A tag that no page has. */
    public static final long INVALID = TlbStorage.INVALID;

    /** From the first element of a data TLB's load entries to that of its store entries. */
    public static final int STORES = 2;

    /** Beyond this many insertions clearing everything is cheaper than clearing what was used. */
    private static final int REMEMBERED = 256;

    /** See {@link #index}. */
    public static final int INDEX_SHIFT = 10;

    /** See {@link #index}. */
    public static final int INDEX_MASK = (SIZE - 1) * TlbStorage.STRIDE;

    /** The array that this TLB's entries lie in, with those of others. */
    public final long[] elements;

    /** The index of the first tag. */
    public final int base;

    private final long origin;
    private final Insertions all = new Insertions();

    /** Those of one address space. */
    private final Insertions local = new Insertions();

    /** An empty TLB in a slice of storage; {@code first} is 0 or {@link #STORES}, {@code origin} what addends lead to the first byte of RAM by. */
    Tlb(long[] elements, int slice, int first, long origin) {
        this.elements = elements;
        this.origin = origin;
        this.base = slice + first;
    }

    /** How far from {@link #base} the entry for {@code va} is: {@link #INDEX_MASK} of it, {@link #INDEX_SHIFT} to the right. */
    public static int index(long va) {
        return (int) (va >>> INDEX_SHIFT) & INDEX_MASK;
    }

    /** {@link #index} in bytes. */
    public static long byteIndex(long va) {
        return va >>> INDEX_SHIFT - 3 & (long) INDEX_MASK << 3;
    }

    /** The tag where the entry for {@code va} would be. */
    public long tag(long va) {
        return elements[base + index(va)];
    }

    /** Whether it has an entry for the page of {@code va}. */
    boolean holds(long va) {
        return tag(va) == (va & -Ram.PAGE_SIZE);
    }

    /** The offset in the RAM segment of {@code va}, whose page the entry stands for. */
    public long offset(long va) {
        return va + elements[base + index(va) + 1] - origin;
    }

    /** Empties it. */
    public void flush() {
        if (!all.drop()) {
            for (int i = 0; i < SIZE; i++) {
                elements[base + i * TlbStorage.STRIDE] = INVALID;
            }
        }
        all.count = 0;
        local.count = 0;
    }

    /** Drops every entry but those of global mappings, or more. */
    void flushLocal() {
        if (local.drop()) {
            local.count = 0;
        } else {
            flush();
        }
    }

    /** Drops the entry for the page of {@code va}. */
    public void flush(long va) {
        int i = base + index(va);
        if (elements[i] == (va & -Ram.PAGE_SIZE)) {
            elements[i] = INVALID;
        }
    }

    /** Drops every entry for a page of RAM. */
    public void flushRamPage(int page) {
        for (int i = base; i < base + SIZE * TlbStorage.STRIDE; i += TlbStorage.STRIDE) {
            if (elements[i] != INVALID && elements[i] + elements[i + 1] - origin == (long) page << Ram.PAGE_SHIFT) {
                elements[i] = INVALID;
            }
        }
    }

    /**
     * Adds an entry.
     *
     * @param global whether it stands in all address spaces, see {@link #flushLocal}
     */
    void insert(long va, long ramOffset, boolean global) {
        int i = base + index(va);
        long page = va & -Ram.PAGE_SIZE;
        elements[i] = page;
        elements[i + 1] = origin + (ramOffset & -Ram.PAGE_SIZE) - page;
        all.add(i);
        if (!global) {
            local.add(i);
        }
    }

    /** Where entries were inserted, as far as it remembers. */
    private final class Insertions {
        private final int[] indices = new int[REMEMBERED];
        private int count;

        void add(int index) {
            if (count < REMEMBERED) {
                indices[count] = index;
            }
            if (count <= REMEMBERED) {
                count++;
            }
        }

        /** Drops what is there now; false, and nothing is dropped, if that were more than it remembers. */
        boolean drop() {
            if (count > REMEMBERED) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                elements[indices[i]] = INVALID;
            }
            return true;
        }
    }
}
