package dev.ravel.mmu;

import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import dev.ravel.observe.Observer;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

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

    private static final VarHandle ENTRY =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    /** A 64 KiB Svnapot page: the low four bits of its physical page number are {@code 1000}. */
    private static final int NAPOT_BITS = 4;

    private static final int NAPOT_64K = 0b1000;

    private static final int MODE_SV39 = 8;
    private static final int MODE_SV57 = 10;

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

    PageWalker(Ram ram, Pmp pmp, int hart) {
        this.ram = ram;
        this.pmp = pmp;
        this.hart = hart;
    }

    /** Takes a value of {@code satp}, which is legal. */
    void setSatp(long satp) {
        int mode = (int) (satp >>> 60);
        levels = mode >= MODE_SV39 && mode <= MODE_SV57 ? mode - MODE_SV39 + 3 : 0;
        root = (satp & Pte.PPN_MASK) << Ram.PAGE_SHIFT;
    }

    void setStatus(boolean supervisorUserMemory, boolean makeExecutableReadable) {
        sum = supervisorUserMemory;
        mxr = makeExecutableReadable;
    }

    void setEnvironment(boolean hardwareUpdate, boolean pageBasedMemoryTypes) {
        adue = hardwareUpdate;
        pbmte = pageBasedMemoryTypes;
    }

    /** Whether accesses of this privilege are translated at all. */
    boolean translates(int privilege) {
        return levels != 0 && privilege != Privilege.MACHINE;
    }

    /** The leaf entry that the last successful {@link #walk} ended at, with A and D as the walk left them. */
    long leaf() {
        return leaf;
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
            return PAGE_FAULT;
        }
        // Step 1: start at the root.
        long a = root;
        int i = levels - 1;
        while (true) {
            // Step 2: read the entry, as a supervisor's load.
            long entryAddress = a + (va >>> Ram.PAGE_SHIFT + 9 * i & 0x1ff) * Pte.BYTES;
            if (!pmp.allows(entryAddress, Pte.BYTES, AccessType.LOAD, Privilege.SUPERVISOR)
                    || !ram.contains(entryAddress, Pte.BYTES)) {
                return ACCESS_FAULT;
            }
            long offset = entryAddress - ram.base();
            long pte = (long) ENTRY.getOpaque(ram.segment(), offset);
            if (observer != Observer.NONE) {
                observer.pageWalkStep(hart, va, i, entryAddress, pte);
            }
            // Step 3: invalid, or an encoding that is reserved.
            if ((pte & Pte.V) == 0 || (pte & (Pte.R | Pte.W)) == Pte.W || usesReservedBits(pte)) {
                return PAGE_FAULT;
            }
            // Step 4: a pointer to the next level, or a leaf.
            if (!Pte.isLeaf(pte)) {
                if ((pte & (Pte.A | Pte.D | Pte.U | Pte.N | Pte.PBMT)) != 0 || i == 0) {
                    return PAGE_FAULT;
                }
                i--;
                a = Pte.ppn(pte) << Ram.PAGE_SHIFT;
                continue;
            }
            // Steps 5 to 7: the leaf's permissions, and the alignment of a superpage.
            if (!allowed(pte, type, privilege)) {
                return PAGE_FAULT;
            }
            long ppn = Pte.ppn(pte);
            int shift = Ram.PAGE_SHIFT + 9 * i;
            if ((ppn & (1L << 9 * i) - 1) != 0) {
                return PAGE_FAULT;
            }
            if ((pte & Pte.N) != 0) {
                // Svnapot, 14: the only size that is defined is 64 KiB.
                if (i != 0 || (ppn & (1 << NAPOT_BITS) - 1) != NAPOT_64K) {
                    return PAGE_FAULT;
                }
                shift += NAPOT_BITS;
            }
            // Step 8 (9 in later editions): the accessed and dirty bits.
            long wanted = pte | Pte.A | (type == AccessType.STORE ? Pte.D : 0);
            if (wanted != pte) {
                if (!adue) {
                    return PAGE_FAULT;
                }
                if (!pmp.allows(entryAddress, Pte.BYTES, AccessType.STORE, Privilege.SUPERVISOR)) {
                    return ACCESS_FAULT;
                }
                ram.storing((int) (offset >>> Ram.PAGE_SHIFT));
                if (!ENTRY.compareAndSet(ram.segment(), offset, pte, wanted)) {
                    continue; // Somebody changed the entry: back to step 2.
                }
                ram.written(offset, Pte.BYTES);
            }
            // The last step: the translation is successful.
            leaf = wanted;
            pageShift = shift;
            long inPage = (1L << shift) - 1;
            return ppn << Ram.PAGE_SHIFT & ~inPage | va & inPage;
        }
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
