package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessPath;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import dev.ravel.mmu.Pte;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The way of an access of one byte from a virtual address to what lies behind it (Privileged 1.13, 12.3.2), as a hart
 * would go it now.
 *
 * @param privilege the effective one, a constant of {@link Privilege}
 * @param mode {@code Sv39}, {@code Sv48}, {@code Sv57}; {@code Bare} where this access is not translated
 * @param root physical address of the root table; 0 in mode Bare
 * @param levels what was read, from the root down
 * @param physical the physical address, if the walk found one
 * @param page bytes that the last entry maps; 0 if there is none
 * @param napot whether the page is a Svnapot one
 * @param update the bits, {@code A} or {@code A D}, that the access would set in the last entry; empty for none
 * @param pmp what physical memory protection says, if it was asked
 * @param target what is at the physical address: {@code RAM}, a device and a register's offset, or nothing
 * @param cause the exception code of this access, {@link Mmu#NO_FAULT} if it succeeds
 * @param decision what decided, as a sentence without a capital letter or full stop
 */
public record PageWalkView(
        long va,
        AccessType type,
        int privilege,
        String mode,
        long root,
        List<Level> levels,
        OptionalLong physical,
        long page,
        boolean napot,
        String update,
        Optional<Protection> pmp,
        Optional<String> target,
        int cause,
        String decision) {
    private static final int MODE_SHIFT = 60;

    public PageWalkView {
        levels = List.copyOf(levels);
    }

    /**
     * An entry of a page table.
     *
     * @param level 0 for 4 KiB pages, counting up to the root
     * @param index of the entry in its table
     * @param entryAddress physical
     * @param bits the bits that are set, by name from V up: {@code V R W A D}
     * @param kind what the entry is
     * @param leadsTo physical address of the next table, or of the page
     */
    public record Level(int level, int index, long entryAddress, long entry, String bits, Kind kind, long leadsTo) {}

    /** What an entry is by its bits V, R and X. */
    public enum Kind {
        /** Leads to the next table. */
        POINTER,
        /** Maps a page. */
        LEAF,
        /** Nothing. */
        INVALID
    }

    /**
     * The verdict of physical memory protection over the physical address (Privileged 1.13, 3.7.1).
     *
     * @param entry the number of the entry that decides; -1 where none matches, and the mode alone decides
     * @param config its configuration in words
     */
    public record Protection(int entry, String config, boolean allowed) {}

    /** Whether the access succeeds. */
    public boolean succeeds() {
        return cause == Mmu.NO_FAULT;
    }

    /** The walk that a hart, which does not run, would do with its present privilege. */
    public static PageWalkView of(Hart hart, long va, AccessType type) {
        return of(hart, va, type, type == AccessType.FETCH ? hart.privilege() : hart.mmu.dataPrivilege());
    }

    /** The walk that a hart, which does not run, would do with a privilege; SUM, MXR and all else as they are. */
    public static PageWalkView of(Hart hart, long va, AccessType type, int privilege) {
        AccessPath path = hart.mmu.explain(va, 1, type, privilege);
        long satp = hart.csrs.satp.value;
        boolean translated = path.levels() > 0;
        List<Level> levels = new ArrayList<>();
        path.steps().forEach(step -> levels.add(level(va, step)));
        String mode = CsrFields.translationMode(translated ? satp >>> MODE_SHIFT : 0);
        long root = translated ? (satp & Pte.PPN_MASK) << Ram.PAGE_SHIFT : 0;
        return switch (path.result()) {
            case AccessPath.Unmapped unmapped ->
                new PageWalkView(
                        va,
                        type,
                        privilege,
                        mode,
                        root,
                        levels,
                        OptionalLong.empty(),
                        0,
                        false,
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        unmapped.cause(),
                        unmapped.why().words());
            case AccessPath.Mapped mapped ->
                new PageWalkView(
                        va,
                        type,
                        privilege,
                        mode,
                        root,
                        levels,
                        OptionalLong.of(mapped.physical()),
                        translated ? 1L << mapped.pageShift() : 0,
                        translated && (path.steps().getLast().entry() & Pte.N) != 0,
                        bits(mapped.update()),
                        protection(hart, mapped),
                        Optional.of(target(mapped)),
                        mapped.cause(),
                        decision(translated, mapped));
        };
    }

    private static Level level(long va, AccessPath.Step step) {
        long pte = step.entry();
        Kind kind = (pte & Pte.V) == 0 ? Kind.INVALID : Pte.isLeaf(pte) ? Kind.LEAF : Kind.POINTER;
        return new Level(
                step.level(),
                (int) (va >>> Ram.PAGE_SHIFT + 9 * step.level()) & 511,
                step.entryAddress(),
                pte,
                bits(pte),
                kind,
                Pte.ppn(pte) << Ram.PAGE_SHIFT);
    }

    /** The names of the bits that are set. */
    private static String bits(long pte) {
        List<String> names = new ArrayList<>();
        String letters = "VRWXUGAD";
        for (int i = 0; i < letters.length(); i++) {
            if ((pte >>> i & 1) != 0) {
                names.add(letters.substring(i, i + 1));
            }
        }
        if ((pte & Pte.RESERVED) != 0) {
            names.add("reserved");
        }
        if ((pte & Pte.PBMT) != 0) {
            names.add("PBMT=" + ((pte & Pte.PBMT) >>> 61));
        }
        if ((pte & Pte.N) != 0) {
            names.add("N");
        }
        return String.join(" ", names);
    }

    private static Optional<Protection> protection(Hart hart, AccessPath.Mapped mapped) {
        return switch (mapped.verdict()) {
            case BEYOND_PHYSICAL -> Optional.empty();
            case ALLOWED, PROTECTED, MISALIGNED_IN_DEVICE, NOTHING_THERE -> {
                int entry = mapped.pmpEntry().orElse(-1);
                String config = entry < 0
                        ? "no entry matches"
                        : CsrFields.protection(hart.mmu.pmp().config(entry));
                yield Optional.of(new Protection(entry, config, mapped.verdict() != AccessPath.Verdict.PROTECTED));
            }
        };
    }

    private static String target(AccessPath.Mapped mapped) {
        return switch (mapped.target()) {
            case AccessPath.MainMemory ram -> "RAM";
            case AccessPath.DeviceWindow device ->
                device.name() + "+0x" + Long.toHexString(mapped.physical() - device.base());
            case AccessPath.Nowhere nowhere -> "nothing";
        };
    }

    private static String decision(boolean translated, AccessPath.Mapped mapped) {
        if (mapped.verdict() != AccessPath.Verdict.ALLOWED) {
            return mapped.verdict().words();
        }
        return translated ? "the leaf permits the access" : "addresses are not translated";
    }
}
