package dev.ravel.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** Atomic reads and exchanges of guest RAM, little-endian, naturally aligned; each is a full barrier. */
public final class AtomicAccess {
    private static final VarHandle INT = LittleEndian.ATOMIC_WORD.varHandle();

    private static final VarHandle LONG = LittleEndian.ATOMIC_DOUBLEWORD.varHandle();

    private AtomicAccess() {}

    /** The present value of {@code size} bytes (1, 2, 4 or 8) at a RAM offset, sign-extended. */
    public static long read(MemorySegment memory, long offset, int size) {
        return switch (size) {
            case 1 -> (byte) (readWord(memory, offset & -4) >>> shift(offset));
            case 2 -> (short) (readWord(memory, offset & -4) >>> shift(offset));
            case 4 -> readWord(memory, offset);
            default -> (long) LONG.getVolatile(memory, offset);
        };
    }

    /** Writes {@code value} where {@code expected} (sign-extended) is; false if something else is there. */
    public static boolean replace(MemorySegment memory, long offset, int size, long expected, long value) {
        return switch (size) {
            case 1 -> replacePart(memory, offset, 0xff, expected, value);
            case 2 -> replacePart(memory, offset, 0xffff, expected, value);
            case 4 -> INT.compareAndSet(memory, offset, (int) expected, (int) value);
            default -> LONG.compareAndSet(memory, offset, expected, value);
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
            if (INT.compareAndSet(memory, offset & -4, word, changed)) {
                return true;
            }
        }
    }

    private static int readWord(MemorySegment memory, long offset) {
        return (int) INT.getVolatile(memory, offset);
    }

    private static int shift(long offset) {
        return ((int) offset & 3) * 8;
    }
}
