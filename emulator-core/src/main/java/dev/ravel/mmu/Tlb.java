package dev.ravel.mmu;

import java.util.Arrays;

/**
 * A direct-mapped software TLB for one kind of access. An entry stands only for a page that is plain RAM and for which
 * this access is allowed on every byte in the present mode; everything else misses and takes the slow path. Store
 * entries never stand for pages that hold decoded code.
 *
 * <p>The engines read the arrays themselves: an access of {@code size} bytes at {@code va} hits when
 * {@code tags[index(va)] == (va + size - 1 & -4096)}, which an access across the page's end never does, and the bytes
 * are then at {@code va + addends[index(va)]} in the RAM segment.
 *
 * <p>It is emptied at every change of privilege, so it remembers which entries it has filled: emptying costs what was
 * used, not what there is.
 */
public final class Tlb {
    /** Entries; a power of two. */
    public static final int SIZE = 1024;

    /** A tag that no page has. */
    public static final long INVALID = -1;

    /** Beyond this many insertions clearing everything is cheaper than clearing what was used. */
    private static final int REMEMBERED = 256;

    /** Virtual address of the page, or {@link #INVALID}. */
    public final long[] tags = new long[SIZE];

    /** What to add to a virtual address to get an offset in the RAM segment. */
    public final long[] addends = new long[SIZE];

    private final int[] used = new int[REMEMBERED];
    private int insertions;

    /** An empty TLB. */
    public Tlb() {
        Arrays.fill(tags, INVALID);
    }

    /** Where the entry for {@code va} is. */
    public static int index(long va) {
        return (int) (va >>> 12) & SIZE - 1;
    }

    /** Empties it. */
    public void flush() {
        if (insertions > REMEMBERED) {
            Arrays.fill(tags, INVALID);
        } else {
            for (int i = 0; i < insertions; i++) {
                tags[used[i]] = INVALID;
            }
        }
        insertions = 0;
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
        if (insertions < REMEMBERED) {
            used[insertions] = i;
        }
        if (insertions <= REMEMBERED) {
            insertions++;
        }
    }
}
