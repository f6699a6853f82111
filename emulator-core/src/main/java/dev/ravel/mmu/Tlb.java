package dev.ravel.mmu;

import java.util.Arrays;

/**
 * A direct-mapped software TLB for one kind of access. An entry stands only for a page that is plain RAM and for which
 * this access is allowed on every byte in the present mode; everything else misses and takes the slow path. Store entries
 * never stand for pages that hold decoded code.
 *
 * <p>The engines read the arrays themselves: an access of {@code size} bytes at {@code va} hits when
 * {@code tags[index(va)] == (va + size - 1 & -4096)}, which an access across the page's end never does, and the bytes are
 * then at {@code va + addends[index(va)]} in the RAM segment.
 */
public final class Tlb {
    /** Entries; a power of two. */
    public static final int SIZE = 1024;

    /** A tag that no page has. */
    public static final long INVALID = -1;

    /** Virtual address of the page, or {@link #INVALID}. */
    public final long[] tags = new long[SIZE];

    /** What to add to a virtual address to get an offset in the RAM segment. */
    public final long[] addends = new long[SIZE];

    /** An empty TLB. */
    public Tlb() {
        flush();
    }

    /** Where the entry for {@code va} is. */
    public static int index(long va) {
        return (int) (va >>> 12) & SIZE - 1;
    }

    /** Empties it. */
    public void flush() {
        Arrays.fill(tags, INVALID);
    }

    /** Drops the entry for the page of {@code va}. */
    public void flush(long va) {
        int i = index(va);
        if (tags[i] == (va & -4096)) {
            tags[i] = INVALID;
        }
    }

    /** Drops every entry for a page of RAM. */
    public void flushRamPage(int page) {
        for (int i = 0; i < SIZE; i++) {
            if (tags[i] != INVALID && tags[i] + addends[i] == (long) page << 12) {
                tags[i] = INVALID;
            }
        }
    }

    /** Adds an entry. */
    public void insert(long va, long ramOffset) {
        int i = index(va);
        long page = va & -4096;
        tags[i] = page;
        addends[i] = (ramOffset & -4096) - page;
    }
}
