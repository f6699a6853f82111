package dev.ravel.engine.interpreter;

import dev.ravel.memory.Bus;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import org.jspecify.annotations.Nullable;

/**
 * Runs one instruction fetched afresh: in ROM and other windows, in pages that may not be cached, across the end of a page,
 * and where the budget does not allow a block. Keeps what it decoded by the encoding, of which nothing can be stale.
 */
final class SingleSteps {
    private static final int SIZE = 1024;

    private final @Nullable Step[] kept = new Step[SIZE];
    private final Context c;

    SingleSteps(Context c) {
        this.c = c;
    }

    /** The instruction at {@link Context#pc}, a block of its own; null after a fault, which was taken. */
    @Nullable
    Step next() {
        long pc = c.pc;
        int bits = fetch(pc);
        if (bits < 0) {
            return fault();
        }
        if ((bits & 3) == 3) {
            int high = fetch(pc + 2);
            if (high < 0) {
                return fault();
            }
            bits |= high << 16;
        }
        int slot = bits * 0x9e3779b9 >>> 22;
        Step step = kept[slot];
        if (step == null || step.bits != bits) {
            step = c.cache.single(bits);
            kept[slot] = step;
        }
        return step;
    }

    private @Nullable Step fault() {
        c.hart.pc = c.pc;
        c.hart.instret = c.instret;
        c.hart.raiseFault();
        c.trapHere();
        return null;
    }

    /** The halfword at {@code va}, or -1 after a fault. */
    private int fetch(long va) {
        long offset = CodeCache.fetchOffset(c, va);
        if (offset < 0) {
            long pa = c.mmu.translate(va, 2, AccessType.FETCH);
            if (pa == Mmu.FAILED) {
                return -1;
            }
            Bus bus = c.mmu.bus();
            Bus.Window window = bus.find(pa, 2);
            if (window != Bus.NOTHING) {
                return bus.fetch(window, pa);
            }
            offset = pa - c.ram.base();
        }
        return Memory.getShort(c.memory, offset) & 0xffff;
    }
}
