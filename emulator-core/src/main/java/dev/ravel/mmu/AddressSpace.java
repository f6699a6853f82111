package dev.ravel.mmu;

import dev.ravel.isa.Privilege;
import dev.ravel.memory.LittleEndian;
import dev.ravel.memory.Ram;
import java.lang.invoke.VarHandle;
import java.util.OptionalLong;

/**
 * The virtual memory of one value of {@code satp} as somebody outside the machine sees it: translated by the same walk
 * that harts do, for a load of the supervisor, and without a trace. No TLB is filled, no accessed bit is set (a page
 * whose bit is clear is not seen), PMP is not asked, no observer is told.
 *
 * <p>The tables may change meanwhile: each answer is one that the tables gave at some moment. For one thread.
 */
public final class AddressSpace {
    private static final VarHandle ENTRY = LittleEndian.ATOMIC_DOUBLEWORD.varHandle();
    private static final int ENTRIES = 512;
    private static final int MODE_SHIFT = 60;
    private static final int MODE_SV39 = 8;

    /** Entries that {@link #highestAddressOf} looks at; tables that lead to themselves have no end. */
    private static final int REVERSE_LIMIT = 1 << 22;

    private final Ram ram;
    private final long satp;
    private final PageWalker walker;

    /**
     * The address space of a root.
     *
     * @param satp a value of the register; with mode Bare, or one that does not exist, nothing is mapped
     */
    public AddressSpace(Ram ram, long satp) {
        this.ram = ram;
        this.satp = satp;
        Pmp all = new Pmp();
        all.setAddress(0, -1);
        all.setConfig(0, Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R);
        walker = new PageWalker(ram, all, 0);
        walker.setSatp(satp);
        walker.setStatus(true, true);
        walker.setEnvironment(false, true);
    }

    /** The address space of the same mode whose root table is at physical address {@code root}. */
    public AddressSpace withRoot(long root) {
        return new AddressSpace(ram, satp >>> MODE_SHIFT << MODE_SHIFT | root >>> Ram.PAGE_SHIFT);
    }

    /** Whether {@code satp} turns translation on. */
    public boolean translates() {
        return walker.translates(Privilege.SUPERVISOR);
    }

    /** The physical address behind a virtual one, if there is a page that a load can reach. */
    public OptionalLong physical(long va) {
        if (!translates()) {
            return OptionalLong.empty();
        }
        long pa = walker.walk(va, AccessType.LOAD, Privilege.SUPERVISOR);
        return pa < 0 ? OptionalLong.empty() : OptionalLong.of(pa);
    }

    /**
     * The highest virtual address of the upper half, a kernel's, that is mapped to a physical one: the walk backwards.
     */
    public OptionalLong highestAddressOf(long pa) {
        if (!translates()) {
            return OptionalLong.empty();
        }
        int levels = (int) (satp >>> MODE_SHIFT) - MODE_SV39 + 3;
        long root = (satp & Pte.PPN_MASK) << Ram.PAGE_SHIFT;
        int bits = Ram.PAGE_SHIFT + 9 * levels;
        long[] left = {REVERSE_LIMIT};
        return highest(root, levels - 1, -1L << bits, pa, ENTRIES / 2, left);
    }

    private OptionalLong highest(long table, int level, long base, long pa, int lowest, long[] left) {
        if (!ram.contains(table, Ram.PAGE_SIZE)) {
            return OptionalLong.empty();
        }
        int shift = Ram.PAGE_SHIFT + 9 * level;
        for (int i = ENTRIES - 1; i >= lowest && left[0]-- > 0; i--) {
            long pte = (long) ENTRY.getOpaque(ram.segment(), table - ram.base() + (long) i * Pte.BYTES);
            if ((pte & Pte.V) == 0) {
                continue;
            }
            long va = base + ((long) i << shift);
            if (Pte.isLeaf(pte)) {
                long offset = pa - (Pte.ppn(pte) << Ram.PAGE_SHIFT);
                if (offset >= 0 && offset < 1L << shift && physical(va + offset).equals(OptionalLong.of(pa))) {
                    return OptionalLong.of(va + offset);
                }
            } else if (level > 0) {
                OptionalLong found = highest(Pte.ppn(pte) << Ram.PAGE_SHIFT, level - 1, va, pa, 0, left);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return OptionalLong.empty();
    }
}
