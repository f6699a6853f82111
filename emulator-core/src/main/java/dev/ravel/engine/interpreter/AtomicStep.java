package dev.ravel.engine.interpreter;

import dev.ravel.hart.Hart;
import dev.ravel.mmu.AccessType;
import java.lang.foreign.MemorySegment;
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

    /** The present value at a RAM offset, sign-extended. */
    static long read(MemorySegment memory, long offset, int size) {
        return switch (size) {
            case 1 -> (byte) (readWord(memory, offset & -4) >>> shift(offset));
            case 2 -> (short) (readWord(memory, offset & -4) >>> shift(offset));
            case 4 -> readWord(memory, offset);
            default -> (long) Memory.ATOMIC_LONG.getVolatile(memory, offset);
        };
    }

    /** Writes {@code value} where {@code expected} (sign-extended) is; false if something else is there. */
    static boolean replace(MemorySegment memory, long offset, int size, long expected, long value) {
        return switch (size) {
            case 1 -> replacePart(memory, offset, 0xff, expected, value);
            case 2 -> replacePart(memory, offset, 0xffff, expected, value);
            case 4 -> Memory.ATOMIC_INT.compareAndSet(memory, offset, (int) expected, (int) value);
            default -> Memory.ATOMIC_LONG.compareAndSet(memory, offset, expected, value);
        };
    }

    private static boolean replacePart(MemorySegment memory, long offset, int mask, long expected, long value) {
        int shift = shift(offset);
        while (true) {
            int word = readWord(memory, offset & -4);
            if ((word >>> shift & mask) != (expected & mask)) {
                return false;
            }
            int changed = word & ~(mask << shift) | ((int) value & mask) << shift;
            if (Memory.ATOMIC_INT.compareAndSet(memory, offset & -4, word, changed)) {
                return true;
            }
        }
    }

    private static int readWord(MemorySegment memory, long offset) {
        return (int) Memory.ATOMIC_INT.getVolatile(memory, offset);
    }

    private static int shift(long offset) {
        return ((int) offset & 3) * 8;
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
                old = read(c.memory, offset, size);
            } while (!replace(c.memory, offset, size, old, combine(old, operand)));
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
            long value = read(c.memory, offset, size);
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
                    && replace(c.memory, offset, size, hart.reservedValue, c.x[rs2]);
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
                old = read(c.memory, offset, size);
            } while (old == expected && !replace(c.memory, offset, size, expected, operand));
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
                    low = read(c.memory, offset, 8);
                    high = read(c.memory, offset + 8, 8);
                    if (low != expectedLow || high != expectedHigh) {
                        break;
                    }
                    if (replace(c.memory, offset, 8, low, newLow)) {
                        done = replace(c.memory, offset + 8, 8, high, newHigh);
                        if (!done) {
                            replace(c.memory, offset, 8, newLow, low);
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
