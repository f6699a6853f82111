package dev.ravel.mmu;

import java.util.List;
import java.util.OptionalInt;

/**
 * The way of an access from its virtual address to what lies at the physical one, as {@link Mmu#explain} found it.
 *
 * @param levels of the page tables that were asked: 3 to 5, or 0 where this access is not translated
 * @param steps the entries that were read, from the root down
 */
public record AccessPath(Access access, int levels, List<Step> steps, Result result) {
    public AccessPath {
        steps = List.copyOf(steps);
    }

    /**
     * What was asked.
     *
     * @param size bytes
     * @param privilege the effective one
     */
    public record Access(long va, int size, AccessType type, int privilege) {}

    /**
     * An entry that was read.
     *
     * @param level 0 for 4 KiB pages, counting up to the root
     * @param entryAddress physical
     */
    public record Step(int level, long entryAddress, long entry) {}

    /** How it ended. */
    public sealed interface Result {
        /** The exception code, {@link Mmu#NO_FAULT} if there is none. */
        int cause();
    }

    /** The walk found no physical address. */
    public record Unmapped(WalkFault why, int cause) implements Result {}

    /**
     * There is a physical address, which does not mean that the access is allowed.
     *
     * @param pageShift log2 of the bytes that the leaf maps; 12 where nothing is translated
     * @param update bits A and D of the leaf that the access would set
     * @param pmpEntry the PMP entry that decides; none where none matches
     */
    public record Mapped(
            long physical, int pageShift, long update, Verdict verdict, OptionalInt pmpEntry, Target target, int cause)
            implements Result {}

    /** What PMP and the physical memory attributes say. */
    public enum Verdict {
        ALLOWED("allowed"),
        BEYOND_PHYSICAL("physical addresses have 56 bits"),
        PROTECTED("PMP does not allow it"),
        MISALIGNED_IN_DEVICE("a device takes no misaligned access"),
        NOTHING_THERE("nothing is at this address");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        /** The verdict as a sentence without a capital letter or full stop. */
        public String words() {
            return words;
        }
    }

    /** What is at a physical address. */
    public sealed interface Target {}

    /** RAM. */
    public record MainMemory() implements Target {}

    /**
     * A device.
     *
     * @param name the device's
     * @param base physical address of its first register
     * @param size bytes
     */
    public record DeviceWindow(String name, long base, long size) implements Target {}

    /** Nothing: an access is a bus error. */
    public record Nowhere() implements Target {}
}
