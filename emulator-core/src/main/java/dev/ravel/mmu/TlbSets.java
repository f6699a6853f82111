package dev.ravel.mmu;

import dev.ravel.isa.Privilege;
import dev.ravel.memory.TlbStorage;
import java.util.Arrays;

/**
 * A hart's TLBs: a pair for loads and stores for every combination of privilege, SUM and MXR that decides differently,
 * and one for fetches for every privilege. So neither a trap nor {@code csrs sstatus, SUM} flushes anything.
 */
final class TlbSets {
    /** Bits of a data set's number: MXR, SUM, then the privilege. */
    private static final int MXR = 1;

    private static final int SUM = 2;
    private static final int PRIVILEGE_SHIFT = 2;
    private static final int MODES = 16;

    /** Sets come into being when they are first used; the others share this one, which stays empty. */
    private static final Tlb UNUSED = new Tlb(new long[TlbStorage.SLICE], 0, 0, 0);

    private final Tlb[] load = new Tlb[MODES];
    private final Tlb[] store = new Tlb[MODES];
    private final Tlb[] fetch = new Tlb[4];

    /** All that are used. In an array, because a guest fences so often that iterators would be much of what is allocated. */
    private Tlb[] made = {};

    /**
     * Which 2 MiB and which 1 GiB regions may hold fragments of a leaf of that size: Bloom filters, because one
     * {@code sfence.vma} drops the whole superpage that its address lies in.
     */
    private final long[] mega = new long[64];

    private final long[] giga = new long[16];
    private boolean larger;

    private final TlbStorage storage;

    TlbSets(TlbStorage storage) {
        this.storage = storage;
        Arrays.fill(load, UNUSED);
        Arrays.fill(store, UNUSED);
        Arrays.fill(fetch, UNUSED);
    }

    /** For loads; that of {@link #store} with the same arguments lies beside it. */
    Tlb load(int privilege, boolean sum, boolean mxr) {
        return load[dataSet(privilege, sum, mxr)];
    }

    Tlb store(int privilege, boolean sum, boolean mxr) {
        return store[dataSet(privilege, sum, mxr)];
    }

    Tlb fetch(int privilege) {
        if (fetch[privilege] == UNUSED) {
            fetch[privilege] = made(storage.allocate(), 0, 0);
        }
        return fetch[privilege];
    }

    private int dataSet(int privilege, boolean sum, boolean mxr) {
        int set = privilege << PRIVILEGE_SHIFT
                | (sum && privilege == Privilege.SUPERVISOR ? SUM : 0)
                | (mxr && privilege != Privilege.MACHINE ? MXR : 0);
        if (load[set] == UNUSED) {
            int slice = storage.allocate();
            load[set] = made(slice, 0, storage.origin());
            store[set] = made(slice, Tlb.STORES, storage.origin());
        }
        return set;
    }

    private Tlb made(int slice, int first, long origin) {
        Tlb tlb = new Tlb(storage.elements(), slice, first, origin);
        made = Arrays.copyOf(made, made.length + 1);
        made[made.length - 1] = tlb;
        return tlb;
    }

    /** Remembers that an entry was inserted that is part of a leaf of {@code 1 << pageShift} bytes. */
    void noteSize(long va, int pageShift) {
        if (pageShift <= 12) {
            return;
        }
        if (pageShift <= 21) {
            set(mega, va >>> 21);
        } else if (pageShift == 30) {
            set(giga, va >>> 30);
        } else {
            larger = true;
        }
    }

    void flush() {
        for (Tlb tlb : made) {
            tlb.flush();
        }
        Arrays.fill(mega, 0);
        Arrays.fill(giga, 0);
        larger = false;
    }

    /** Drops every entry but those of global mappings, or more. */
    void flushLocal() {
        for (Tlb tlb : made) {
            tlb.flushLocal();
        }
    }

    void flush(long va) {
        if (larger || test(mega, va >>> 21) || test(giga, va >>> 30)) {
            flush();
            return;
        }
        for (Tlb tlb : made) {
            tlb.flush(va);
        }
    }

    void forgetStores(int page) {
        for (Tlb tlb : store) {
            if (tlb != UNUSED) {
                tlb.flushRamPage(page);
            }
        }
    }

    void forgetStores() {
        for (Tlb tlb : store) {
            tlb.flush();
        }
    }

    private static void set(long[] filter, long region) {
        int bit = hash(filter, region);
        filter[bit >>> 6] |= 1L << bit;
    }

    private static boolean test(long[] filter, long region) {
        int bit = hash(filter, region);
        return (filter[bit >>> 6] & 1L << bit) != 0;
    }

    private static int hash(long[] filter, long region) {
        return (int) (region * 0x9e37_79b9_7f4a_7c15L >>> 40) & filter.length * 64 - 1;
    }
}
