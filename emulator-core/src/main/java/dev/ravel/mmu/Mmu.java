package dev.ravel.mmu;

import dev.ravel.memory.Bus;

/**
 * Memory as one hart sees it. Engines try a {@link Tlb} first and come here when it misses.
 *
 * <p>Errors are not exceptions: a method that fails sets {@link #faultCause} and {@link #faultAddress}, and returns; the
 * caller looks at {@link #faultCause} and clears it when it raises the trap.
 */
public final class Mmu {
    /** {@link #faultCause} when there is none. */
    public static final int NO_FAULT = -1;

    /** The physical address of a failed translation. */
    public static final long FAILED = -1;

    /**
     * The TLBs of the present mode. A change of mode may put other ones here (a set for each privilege makes traps cheap:
     * nothing to flush); engines read these fields again after a trap and after every operation that returns
     * {@code LEAVE}, and at no other time.
     */
    public Tlb loadTlb = new Tlb();

    /** As {@link #loadTlb}. */
    public Tlb storeTlb = new Tlb();

    /** As {@link #loadTlb}. */
    public Tlb fetchTlb = new Tlb();

    /** The exception code of the last failure, {@link #NO_FAULT} if there was none since it was cleared. */
    public int faultCause = NO_FAULT;

    /** What {@code tval} is to hold for {@link #faultCause}: the virtual address of the part that failed. */
    public long faultAddress;

    private final Bus bus;

    public Mmu(Bus bus) {
        this.bus = bus;
    }

    /** The physical address space behind. */
    public Bus bus() {
        return bus;
    }

    /**
     * The physical address for an access that lies within one page, after every check (translation, PMP, physical memory
     * attributes); fills the TLB of that kind where that is allowed. {@link #FAILED} after setting the fault.
     */
    public long translate(long va, int size, AccessType type) {
        throw new UnsupportedOperationException();
    }

    /** A load of 1, 2, 4 or 8 bytes at any alignment, from RAM or a device; zero-extended; 0 after a fault. */
    public long load(long va, int size) {
        throw new UnsupportedOperationException();
    }

    /** A store of 1, 2, 4 or 8 bytes at any alignment; nothing is written if any part of it faults. */
    public void store(long va, int size, long value) {
        throw new UnsupportedOperationException();
    }

    /**
     * The RAM offset of a naturally aligned atomic access of {@code size} bytes (1 to 16), with the checks of a store (or,
     * with {@link AccessType#LOAD}, of a load, for LR); {@link #FAILED} after setting the fault. Misaligned: the
     * address-misaligned exception; not RAM: access fault.
     */
    public long atomic(long va, int size, AccessType type) {
        throw new UnsupportedOperationException();
    }

    /** Drops a page of RAM from the store TLBs of every mode, because it holds decoded instructions from now on. */
    public void forgetStores(int page) {
        storeTlb.flushRamPage(page);
    }

    /** Empties the store TLBs of every mode: some pages of RAM, we need not know which, hold decoded instructions now. */
    public void forgetStores() {
        storeTlb.flush();
    }

    /** Empties all TLBs: after {@code sfence.vma}, a change of {@code satp}, of PMP, of privilege or of the mode bits. */
    public void flush() {
        loadTlb.flush();
        storeTlb.flush();
        fetchTlb.flush();
    }
}
