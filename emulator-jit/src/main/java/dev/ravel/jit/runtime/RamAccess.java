package dev.ravel.jit.runtime;

import dev.ravel.memory.AtomicAccess;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Plain access to the RAM of one machine, which is a constant of this class: HotSpot then knows its bounds. Every machine
 * loads the class anew ({@link UnitLoader}); the one that the application's own loader would give is never initialised.
 */
public final class RamAccess {
    private static final MemorySegment RAM = UnitLoader.takeRam();

    private static final VarHandle SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    private RamAccess() {}

    /** For defining units beside this class. */
    public static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    public static byte getByte(long offset) {
        return (byte) BYTE.get(RAM, offset);
    }

    public static short getShort(long offset) {
        return (short) SHORT.get(RAM, offset);
    }

    public static int getInt(long offset) {
        return (int) INT.get(RAM, offset);
    }

    public static long getLong(long offset) {
        return (long) LONG.get(RAM, offset);
    }

    public static void putByte(long offset, long value) {
        BYTE.set(RAM, offset, (byte) value);
    }

    public static void putShort(long offset, long value) {
        SHORT.set(RAM, offset, (short) value);
    }

    public static void putInt(long offset, long value) {
        INT.set(RAM, offset, (int) value);
    }

    public static void putLong(long offset, long value) {
        LONG.set(RAM, offset, value);
    }

    /** See {@link AtomicAccess#read}. */
    public static long readAtomic(long offset, int size) {
        return AtomicAccess.read(RAM, offset, size);
    }

    /** See {@link AtomicAccess#replace}. */
    public static boolean replaceAtomic(long offset, int size, long expected, long value) {
        return AtomicAccess.replace(RAM, offset, size, expected, value);
    }
}
