package dev.ravel.mmu;

import dev.ravel.isa.Privilege;
import dev.ravel.memory.LittleEndian;
import dev.ravel.memory.Ram;
import dev.ravel.observe.Observer;
import java.lang.invoke.VarHandle;

/**
 * Virtual address translation: Sv39, Sv48, Sv57 (Privileged 1.13, 12.3.2) with Svnapot, Svpbmt, Svade and Svadu.
 *
 * <p>It holds the part of the translation state that comes from {@code satp}, {@code menvcfg} and {@code mstatus};
 * which privilege an access has is the caller's business. The hypervisor extension's second stage would be another
 * walker over the physical addresses of this one.
 */
final class PageWalker {
    /** Results of {@link #walk} that are not physical addresses. */
    static final long PAGE_FAULT = -1;

    static final long ACCESS_FAULT = -2;

    private static final VarHandle ENTRY = LittleEndian.ATOMIC_DOUBLEWORD.varHandle();

    /** A 64 KiB Svnapot page: the low four bits of its physical page number are {@code 1000}. */
    private static final int NAPOT_BITS = 4;

    private static final int NAPOT_64K = 0b1000;

    private static final int MODE_SV39 = 8;
    private static final int MODE_SV57 = 10;

    /** The address space in {@code satp}. */
    private static final long ASID = 0xffffL << 44;

    private final Ram ram;
    private final Pmp pmp;
    private final int hart;
    Observer observer = Observer.NONE;

    /** 3 to 5, or 0: Bare. */
    private int levels;

    private long root;

    /** Supervisor may access user pages. */
    private boolean sum;
    /** Executable pages are readable. */
    private boolean mxr;
    /** Svadu: A and D are set by the walk; otherwise (Svade) a page whose A or D would have to be set faults. */
    private boolean adue;
    /** Svpbmt is enabled. */
    private boolean pbmte;

    /** log2 of the size of the page that the last successful walk found. */
    private int pageShift;

    private long leaf;
    private boolean global;

    /** PMP allows a supervisor to load from all of RAM and to store to it. */
    boolean openTables;

    /** Why the last walk that failed did. */
    private WalkFault fault = WalkFault.INVALID;

    /** Whether A and D are set; otherwise a walk only finds out that they would be. */
    private final boolean updates;

    PageWalker(Ram ram, Pmp pmp, int hart) {
        this.ram = ram;
        this.pmp = pmp;
        this.hart = hart;
        this.updates = true;
    }

    /** Walks as {@code original} does at this moment, and writes nothing. */
    private PageWalker(PageWalker original) {
        this.ram = original.ram;
        this.pmp = original.pmp;
        this.hart = original.hart;
        this.updates = false;
        this.levels = original.levels;
        this.root = original.root;
        this.sum = original.sum;
        this.mxr = original.mxr;
        this.adue = original.adue;
        this.pbmte = original.pbmte;
        this.openTables = original.openTables;
    }

    /** A walker with the present state of this one that leaves no trace: A and D stay as they are. */
    PageWalker withoutTrace() {
        return new PageWalker(this);
    }

    /** Takes a value of {@code satp}, which is legal. */
    void setSatp(long satp) {
        levels = levels(satp);
        root = (satp & Pte.PPN_MASK) << Ram.PAGE_SHIFT;
    }

    /** Whether what is mapped in all address spaces, as far as it is known, stays so with that value of {@code satp}: it names one of the same mode. */
    boolean keepsGlobal(long satp) {
        return (satp & ASID) != 0 && levels != 0 && levels == levels(satp);
    }

    private static int levels(long satp) {
        int mode = (int) (satp >>> 60);
        return mode >= MODE_SV39 && mode <= MODE_SV57 ? mode - MODE_SV39 + 3 : 0;
    }

    void setStatus(boolean supervisorUserMemory, boolean makeExecutableReadable) {
        sum = supervisorUserMemory;
        mxr = makeExecutableReadable;
    }

    /** Returns whether that is something else than before. */
    boolean setEnvironment(boolean hardwareUpdate, boolean pageBasedMemoryTypes) {
        boolean changed = adue != hardwareUpdate || pbmte != pageBasedMemoryTypes;
        adue = hardwareUpdate;
        pbmte = pageBasedMemoryTypes;
        return changed;
    }

    /** Whether accesses of this privilege are translated at all. */
    boolean translates(int privilege) {
        return levels != 0 && privilege != Privilege.MACHINE;
    }

    /** The number of levels, 3 to 5; 0 in mode Bare. */
    int levels() {
        return levels;
    }

    /** Why the last {@link #walk} that failed did. */
    WalkFault fault() {
        return fault;
    }

    /**
     * The leaf entry that the last successful {@link #walk} ended at, with A and D as the walk left them, or would have
     * left them.
     */
    long leaf() {
        return leaf;
    }

    /** Whether what the last successful {@link #walk} found is mapped so in all address spaces (12.3.1). */
    boolean global() {
        return global;
    }

    /** log2 of the bytes that {@link #leaf} maps: 12, 16 (Svnapot), 21, 30, 39, 48. */
    int pageShift() {
        return pageShift;
    }

    /**
     * The physical address of {@code va}, {@link #PAGE_FAULT} or {@link #ACCESS_FAULT}. The steps are those of 12.3.2.
     */
    long walk(long va, AccessType type, int privilege) {
        // 12.4.1: the bits above the translated ones must all equal the highest translated bit.
        int unused = 64 - (Ram.PAGE_SHIFT + 9 * levels);
        if (va << unused >> unused != va) {
            return fail(WalkFault.NOT_CANONICAL);
        }
        // Step 1: start at the root.
        long a = root;
        int i = levels - 1;
        long passed = 0;
        while (true) {
            // Step 2: read the entry, as a supervisor's load.
            long entryAddress = a + (va >>> Ram.PAGE_SHIFT + 9 * i & 0x1ff) * Pte.BYTES;
            boolean inRam = ram.contains(entryAddress, Pte.BYTES);
            if (!(inRam && openTables) && !pmp.allows(entryAddress, Pte.BYTES, AccessType.LOAD, Privilege.SUPERVISOR)) {
                return fail(WalkFault.TABLE_PROTECTED);
            }
            if (!inRam) {
                return fail(WalkFault.TABLE_NOT_IN_RAM);
            }
            long offset = entryAddress - ram.base();
            long pte = (long) ENTRY.getOpaque(ram.segment(), offset);
            if (observer != Observer.NONE) {
                observer.pageWalkStep(hart, va, i, entryAddress, pte);
            }
            // Step 3: invalid, or an encoding that is reserved.
            if ((pte & Pte.V) == 0) {
                return fail(WalkFault.INVALID);
            }
            if ((pte & (Pte.R | Pte.W)) == Pte.W) {
                return fail(WalkFault.WRITABLE_NOT_READABLE);
            }
            if (usesReservedBits(pte)) {
                return fail(WalkFault.RESERVED_BITS);
            }
            // Step 4: a pointer to the next level, or a leaf.
            if (!Pte.isLeaf(pte)) {
                if ((pte & (Pte.A | Pte.D | Pte.U | Pte.N | Pte.PBMT)) != 0) {
                    return fail(WalkFault.POINTER_WITH_LEAF_BITS);
                }
                if (i == 0) {
                    return fail(WalkFault.POINTER_AT_LAST_LEVEL);
                }
                i--;
                passed |= pte;
                a = Pte.ppn(pte) << Ram.PAGE_SHIFT;
                continue;
            }
            // Steps 5 to 7: the leaf's permissions, and the alignment of a superpage.
            if (!allowed(pte, type, privilege)) {
                return fail(WalkFault.NOT_PERMITTED);
            }
            long ppn = Pte.ppn(pte);
            int shift = Ram.PAGE_SHIFT + 9 * i;
            if ((ppn & (1L << 9 * i) - 1) != 0) {
                return fail(WalkFault.MISALIGNED_SUPERPAGE);
            }
            if ((pte & Pte.N) != 0) {
                // Svnapot, 14: the only size that is defined is 64 KiB.
                if (i != 0 || (ppn & (1 << NAPOT_BITS) - 1) != NAPOT_64K) {
                    return fail(WalkFault.RESERVED_NAPOT);
                }
                shift += NAPOT_BITS;
            }
            // Step 8 (9 in later editions): the accessed and dirty bits.
            long wanted = pte | Pte.A | (type == AccessType.STORE ? Pte.D : 0);
            if (wanted != pte) {
                if (!adue) {
                    return fail(WalkFault.UPDATE_NEEDED);
                }
                if (!openTables && !pmp.allows(entryAddress, Pte.BYTES, AccessType.STORE, Privilege.SUPERVISOR)) {
                    return fail(WalkFault.UPDATE_PROTECTED);
                }
                if (updates) {
                    ram.storing((int) (offset >>> Ram.PAGE_SHIFT));
                    if (!ENTRY.compareAndSet(ram.segment(), offset, pte, wanted)) {
                        continue; // Somebody changed the entry: back to step 2.
                    }
                    ram.written(offset, Pte.BYTES);
                }
            }
            // The last step: the translation is successful.
            leaf = wanted;
            // What hangs on a pointer that is global is global, too.
            global = ((passed | pte) & Pte.G) != 0;
            pageShift = shift;
            long inPage = (1L << shift) - 1;
            return ppn << Ram.PAGE_SHIFT & ~inPage | va & inPage;
        }
    }

    private long fail(WalkFault why) {
        fault = why;
        return why.isAccessFault() ? ACCESS_FAULT : PAGE_FAULT;
    }

    private boolean usesReservedBits(long pte) {
        long type = pte & Pte.PBMT;
        return (pte & Pte.RESERVED) != 0 || type == Pte.PBMT || type != 0 && !pbmte;
    }

    /** Whether a leaf's R, W, X and U bits allow the access. */
    boolean allowed(long pte, AccessType type, int privilege) {
        boolean userPage = (pte & Pte.U) != 0;
        if (privilege == Privilege.USER) {
            if (!userPage) {
                return false;
            }
        } else if (userPage && (type == AccessType.FETCH || !sum)) {
            return false;
        }
        return switch (type) {
            case FETCH -> (pte & Pte.X) != 0;
            case LOAD -> (pte & Pte.R) != 0 || mxr && (pte & Pte.X) != 0;
            case STORE -> (pte & Pte.W) != 0;
        };
    }
}
