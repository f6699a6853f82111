package dev.ravel.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How more than one byte of the guest's is read and written: the lowest first, on any host. Offsets are in bytes. */
public final class LittleEndian {
    /** Two bytes at any offset. */
    public static final ValueLayout.OfShort HALFWORD =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Four bytes at any offset. */
    public static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Eight bytes at any offset. */
    public static final ValueLayout.OfLong DOUBLEWORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Two bytes at an offset that is a multiple of 2, which other threads access too. */
    public static final ValueLayout.OfShort ATOMIC_HALFWORD = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Four bytes at an offset that is a multiple of 4, which other threads access too. */
    public static final ValueLayout.OfInt ATOMIC_WORD = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Eight bytes at an offset that is a multiple of 8, which other threads access too. */
    public static final ValueLayout.OfLong ATOMIC_DOUBLEWORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /**
     * A number of {@code size} bytes, zero-extended.
     *
     * @throws IllegalArgumentException if {@code size} is not 1, 2, 4 or 8
     * @throws IndexOutOfBoundsException if they are not all there
     */
    public static long read(MemorySegment memory, long offset, int size) {
        return switch (size) {
            case Byte.BYTES -> memory.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
            case Short.BYTES -> memory.get(HALFWORD, offset) & 0xffffL;
            case Integer.BYTES -> memory.get(WORD, offset) & 0xffff_ffffL;
            case Long.BYTES -> memory.get(DOUBLEWORD, offset);
            default -> throw new IllegalArgumentException("no number has " + size + " bytes");
        };
    }
}
