package dev.ravel.engine.interpreter;

import dev.ravel.hart.Hart;
import dev.ravel.memory.AtomicAccess;
import dev.ravel.mmu.AccessType;
import org.jspecify.annotations.Nullable;

/**
 * Atomic read-modify-write, LR and SC. Each is a compare-and-exchange on RAM, which is a full barrier in Java, so the
 * acquire and release bits need no code.
 *
 * <p>SC compares the value that LR read. A word that was changed and changed back in between goes unnoticed; no guest can
 * tell that from the writes having come before the LR, unless it counts on SC to detect them.
 */
abstract class AtomicStep extends OperandStep {

    /** Bytes: 1, 2, 4, 8, or 16. */
    final int size;

    AtomicStep(int size) {
        this.size = size;
    }

    /** {@code amoadd} and its like; the class for each is made by {@link StepClasses}. */
    abstract static class Amo extends AtomicStep {
        Amo(int size) {
            super(size);
        }

        /** Another step of this class. */
        abstract Amo fresh();

        /** What goes to memory. */
        abstract long combine(long old, long operand);

        @Override
        final @Nullable Step execute(Context c) {
            long va = c.x[rs1];
            long offset = c.atomicOffset(this, va, size, AccessType.STORE);
            if (offset < 0) {
                return c.fault(this);
            }
            int unused = 64 - size * 8;
            long operand = c.x[rs2] << unused >> unused;
            long old;
            do {
                old = AtomicAccess.read(c.memory, offset, size);
            } while (!AtomicAccess.replace(c.memory, offset, size, old, combine(old, operand)));
            c.x[rd] = old;
            return c.afterAtomic(this, offset, size);
        }
    }

    /** {@code lr.w}, {@code lr.d}. */
    static final class LoadReserved extends AtomicStep {
        LoadReserved(int size) {
            super(size);
        }

        @Override
        @Nullable
        Step execute(Context c) {
            long offset = c.atomicOffset(this, c.x[rs1], size, AccessType.LOAD);
            if (offset < 0) {
                return c.fault(this);
            }
            long value = AtomicAccess.read(c.memory, offset, size);
            // The size is part of what is reserved: an SC of another width fails.
            c.hart.reservation = offset | (size == 8 ? 1 : 0);
            c.hart.reservedValue = value;
            c.x[rd] = value;
            return next;
        }
    }

    /** {@code sc.w}, {@code sc.d}. */
    static final class StoreConditional extends AtomicStep {
        StoreConditional(int size) {
            super(size);
        }

        @Override
        @Nullable
        Step execute(Context c) {
            long offset = c.atomicOffset(this, c.x[rs1], size, AccessType.STORE);
            if (offset < 0) {
                return c.fault(this);
            }
            Hart hart = c.hart;
            boolean done = hart.reservation == (offset | (size == 8 ? 1 : 0))
                    && AtomicAccess.replace(c.memory, offset, size, hart.reservedValue, c.x[rs2]);
            hart.reservation = Hart.NONE;
            c.x[rd] = done ? 0 : 1;
            return done ? c.afterAtomic(this, offset, size) : next;
        }
    }

    /** {@code amocas.b} to {@code amocas.d}. */
    static final class CompareAndSwap extends AtomicStep {
        CompareAndSwap(int size) {
            super(size);
        }

        @Override
        @Nullable
        Step execute(Context c) {
            long offset = c.atomicOffset(this, c.x[rs1], size, AccessType.STORE);
            if (offset < 0) {
                return c.fault(this);
            }
            int unused = 64 - size * 8;
            // x0 as rd reads as 0; the sink that takes its writes must not be read.
            long expected = (rd == Hart.SINK ? 0 : c.x[rd]) << unused >> unused;
            long operand = c.x[rs2];
            long old;
            do {
                old = AtomicAccess.read(c.memory, offset, size);
            } while (old == expected && !AtomicAccess.replace(c.memory, offset, size, expected, operand));
            c.x[rd] = old;
            return old == expected ? c.afterAtomic(this, offset, size) : next;
        }
    }

    /**
     * {@code amocas.q}. Java has no 16-byte compare-and-exchange: each half is exchanged atomically and the pair under one
     * lock, so it is atomic with regard to every other {@code amocas.q} and, half by half, to everything else.
     */
    static final class CompareAndSwapQuad extends AtomicStep {
        private static final Object PAIR = new Object();

        CompareAndSwapQuad() {
            super(16);
        }

        @Override
        @Nullable
        Step execute(Context c) {
            long offset = c.atomicOffset(this, c.x[rs1], 16, AccessType.STORE);
            if (offset < 0) {
                return c.fault(this);
            }
            // A pair that starts at x0 reads as 0 in both halves and takes no result.
            boolean none = rd == Hart.SINK;
            long expectedLow = none ? 0 : c.x[rd];
            long expectedHigh = none ? 0 : c.x[rd + 1];
            long newLow = c.x[rs2];
            long newHigh = rs2 == 0 ? 0 : c.x[rs2 + 1];
            long low;
            long high;
            boolean done = false;
            synchronized (PAIR) {
                do {
                    low = AtomicAccess.read(c.memory, offset, 8);
                    high = AtomicAccess.read(c.memory, offset + 8, 8);
                    if (low != expectedLow || high != expectedHigh) {
                        break;
                    }
                    if (AtomicAccess.replace(c.memory, offset, 8, low, newLow)) {
                        done = AtomicAccess.replace(c.memory, offset + 8, 8, high, newHigh);
                        if (!done) {
                            AtomicAccess.replace(c.memory, offset, 8, newLow, low);
                        }
                    }
                } while (!done);
            }
            if (!none) {
                c.x[rd] = low;
                c.x[rd + 1] = high;
            }
            return done ? c.afterAtomic(this, offset, 16) : next;
        }
    }
}
