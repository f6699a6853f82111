package dev.ravel.jit.runtime;

import dev.ravel.memory.Ram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All units of a machine by the physical place of their entry. Changed by one thread at a time, whoever holds the lock of
 * the code cache; read without one: a hart may enter a unit that another one's write has just made stale, as it may finish
 * one.
 */
public final class UnitTable {
    private static final int SLOTS = Ram.PAGE_SIZE / 2;

    private final @Nullable Unit[] @Nullable [] pages;
    private volatile long drops;

    /** An empty table for that many pages. */
    public UnitTable(int count) {
        pages = new Unit[count][];
    }

    /** The unit that begins at that offset in RAM. */
    @Nullable
    Unit at(long offset) {
        @Nullable Unit @Nullable [] page = pages[(int) (offset >>> Ram.PAGE_SHIFT)];
        return page == null ? null : page[(int) offset >>> 1 & SLOTS - 1];
    }

    /**
     * The units of a page, each at {@link #slot} of its offset. It is the same array until the page's code changes, and empty ever after, so that
     * code of the page may hold it as a constant.
     */
    public synchronized @Nullable Unit[] units(int page) {
        @Nullable Unit @Nullable [] units = pages[page];
        if (units == null) {
            units = new Unit[SLOTS];
            pages[page] = units;
        }
        return units;
    }

    /** Where in {@link #units} the unit is that begins at that offset in the page. */
    public static int slot(int offset) {
        return offset >> 1;
    }

    /** Adds a unit, or takes one away. */
    public synchronized void put(int page, int offset, @Nullable Unit unit) {
        units(page)[slot(offset)] = unit;
    }

    /** Takes away all units of a page whose code has changed. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread at a time
    public synchronized void drop(int page) {
        @Nullable Unit @Nullable [] units = pages[page];
        if (units != null) {
            Arrays.fill(units, null);
            pages[page] = null;
        }
        drops++;
    }

    /** How often code was dropped. */
    long drops() {
        return drops;
    }
}
