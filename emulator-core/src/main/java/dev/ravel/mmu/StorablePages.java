package dev.ravel.mmu;

import dev.ravel.memory.TlbStorage;
import java.util.Arrays;

/**
 * Which pages of RAM a hart may store to without telling anybody, as long as its accesses {@linkplain Mmu#isBare are bare}: what store TLBs are
 * for other accesses. A page gets in when it is stored to, and is forgotten where it would be by a store TLB.
 *
 * <p>Engines read {@link TlbStorage#storable} themselves: the byte for a page of RAM is at the page's number from {@link #first} on, and is
 * {@link #AND_NEXT} if all bytes of the page and of the one behind it may be stored to. So one look is enough for an access that begins in the page and has at
 * most as many bytes.
 */
public final class StorablePages {
    /** The page may be stored to, and so may the next one, or there is none. */
    public static final byte AND_NEXT = 3;

    /** The page may be stored to, but not the next one. */
    private static final byte ALONE = 2;

    /** Beyond this many pages forgetting all is cheaper than forgetting what there is. */
    private static final int REMEMBERED = 256;

    private final byte[] storable;
    private final int pages;

    /** The index of the first page's byte. */
    public final int first;

    private final int[] used = new int[REMEMBERED];
    private int additions;

    StorablePages(TlbStorage storage) {
        this.storable = storage.storable();
        this.pages = storage.pages();
        this.first = storage.allocateStorable();
    }

    /** Whether it is known for any page: there is no room for that where RAM and harts are very many, and nothing is bare then. */
    boolean areKnown() {
        return pages > 0;
    }

    /** Whether that page of RAM may be stored to. */
    boolean has(int page) {
        return storable[first + page] >= ALONE;
    }

    /** The page may be stored to from now on. */
    void add(int page) {
        if (has(page)) {
            return;
        }
        storable[first + page] = page + 1 == pages || has(page + 1) ? AND_NEXT : ALONE;
        if (page > 0 && has(page - 1)) {
            storable[first + page - 1] = AND_NEXT;
        }
        if (additions < REMEMBERED) {
            used[additions] = page;
        }
        if (additions <= REMEMBERED) {
            additions++;
        }
    }

    /** Whether that page of RAM and the next one may be stored to. */
    boolean hasWithNext(int page) {
        return storable[first + page] == AND_NEXT;
    }

    /** The page must not be stored to without telling any more. */
    void forget(int page) {
        if (page >= pages) {
            return;
        }
        storable[first + page] = 0;
        if (page > 0 && has(page - 1)) {
            storable[first + page - 1] = ALONE;
        }
    }

    /** No page must. */
    void forget() {
        if (additions > REMEMBERED) {
            Arrays.fill(storable, first, first + pages, (byte) 0);
        } else {
            for (int i = 0; i < additions; i++) {
                storable[first + used[i]] = 0;
            }
        }
        additions = 0;
    }
}
