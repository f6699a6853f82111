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

    /** The encodings of {@link #kept}. */
    private final int[] encodings = new int[SIZE];

    private final Context c;

    SingleSteps(Context c) {
        this.c = c;
    }

    /** The instruction at {@link Context#pc}, a block of its own; null after a fault, which was taken. */
    @Nullable
    Step next() {
        int bits = fetch(c.pc);
        return bits < 0 ? fault() : withLow(bits);
    }

    /** As {@link #next}, where the {@link Mmu} has just translated the pc to that physical address. */
    @Nullable
    Step at(long pa) {
        return withLow(read(pa));
    }

    private @Nullable Step withLow(int low) {
        long pc = c.pc;
        int bits = low;
        if ((bits & 3) == 3) {
            int high = fetch(pc + 2);
            if (high < 0) {
                return fault();
            }
            bits |= high << 16;
        }
        int slot = bits * 0x9e3779b9 >>> 22;
        Step step = kept[slot];
        if (step == null || encodings[slot] != bits) {
            step = c.cache.single(bits);
            kept[slot] = step;
            encodings[slot] = bits;
        }
        return step;
    }

    /** Takes the fault of fetching, which the {@link Mmu} has reported. */
    @Nullable
    Step fault() {
        c.hart.pc = c.pc;
        c.hart.instret = c.instret;
        c.hart.raiseFault();
        c.trapHere();
        return null;
    }

    /** The halfword at {@code va}, or -1 after a fault. */
    private int fetch(long va) {
        long offset = CodeCache.fetchOffset(c, va);
        if (offset >= 0) {
            return c.ram.fetch(offset);
        }
        long pa = c.mmu.translate(va, 2, AccessType.FETCH);
        return pa == Mmu.FAILED ? -1 : read(pa);
    }

    private int read(long pa) {
        Bus bus = c.mmu.bus();
        Bus.Window window = bus.find(pa, 2);
        return window != Bus.NOTHING ? bus.fetch(window, pa) : c.ram.fetch(pa - c.ram.base());
    }
}
