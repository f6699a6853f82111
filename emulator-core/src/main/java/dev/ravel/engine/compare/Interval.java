package dev.ravel.engine.compare;

import dev.ravel.engine.compare.Slice.Patch;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has happened since both machines were last known to be equal in every respect: their state then, the slices since
 * then, and the old contents of each page of RAM that may have changed.
 */
final class Interval {
    /** The state at the beginning. */
    final HartState start;

    /** What was executed. */
    final List<Slice> slices = new ArrayList<>();

    private final Map<Integer, byte[]> oldPages = new HashMap<>();

    /** The keys of {@link #oldPages}. */
    private final BitSet kept = new BitSet();

    private long instructions;

    Interval(Hart hart) {
        start = new HartState(hart);
    }

    void add(Slice slice) {
        slices.add(slice);
        instructions += slice.instructions;
    }

    /** Instructions executed in it. */
    long instructions() {
        return instructions;
    }

    /**
     * Keeps the contents of a page unless it is kept already.
     *
     * @param ram where the page is still as it was at the beginning, if it is not kept
     */
    void keep(Ram ram, int page) {
        if (!kept.get(page)) {
            kept.set(page);
            oldPages.put(page, page(ram, page).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Keeps all pages of a range. */
    void keep(Ram ram, long offset, long length) {
        for (long page = offset >>> Ram.PAGE_SHIFT; page <= offset + length - 1 >>> Ram.PAGE_SHIFT; page++) {
            keep(ram, (int) page);
        }
    }

    /** The pages that may have changed. */
    Iterable<Integer> pages() {
        return oldPages.keySet();
    }

    /** The present contents of the pages that may have changed. */
    List<Patch> present(Ram ram) {
        List<Patch> patches = new ArrayList<>();
        for (int page : oldPages.keySet()) {
            patches.add(new Patch((long) page << Ram.PAGE_SHIFT, page(ram, page).toArray(ValueLayout.JAVA_BYTE)));
        }
        return patches;
    }

    /** Puts back what was there at the beginning. */
    void rewind(Ram ram) {
        oldPages.forEach((page, bytes) -> apply(new Patch((long) page << Ram.PAGE_SHIFT, bytes), ram));
    }

    /** Writes to RAM as a device does; what is there already is not touched, so that code which stayed stays decoded. */
    static void apply(Patch patch, Ram ram) {
        MemorySegment target = ram.segment().asSlice(patch.offset(), patch.bytes().length);
        MemorySegment source = MemorySegment.ofArray(patch.bytes());
        if (target.mismatch(source) >= 0) {
            target.copyFrom(source);
            ram.written(patch.offset(), patch.bytes().length);
        }
    }

    /** The first byte that differs in a page that may have changed, as an offset in RAM; -1 if there is none. */
    long mismatch(Ram left, Ram right) {
        long first = -1;
        for (int page : oldPages.keySet()) {
            long at = page(left, page).mismatch(page(right, page));
            long offset = ((long) page << Ram.PAGE_SHIFT) + at;
            if (at >= 0 && (first < 0 || offset < first)) {
                first = offset;
            }
        }
        return first;
    }

    private static MemorySegment page(Ram ram, int page) {
        return ram.segment().asSlice((long) page << Ram.PAGE_SHIFT, Ram.PAGE_SIZE);
    }
}
