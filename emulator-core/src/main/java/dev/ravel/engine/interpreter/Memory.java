package dev.ravel.engine.interpreter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian access to guest RAM. Constant handles, which HotSpot turns into single machine instructions. */
final class Memory {
    private static final VarHandle SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    private Memory() {}

    static byte getByte(MemorySegment memory, long offset) {
        return (byte) BYTE.get(memory, offset);
    }

    static short getShort(MemorySegment memory, long offset) {
        return (short) SHORT.get(memory, offset);
    }

    static int getInt(MemorySegment memory, long offset) {
        return (int) INT.get(memory, offset);
    }

    static long getLong(MemorySegment memory, long offset) {
        return (long) LONG.get(memory, offset);
    }

    static void setByte(MemorySegment memory, long offset, byte value) {
        BYTE.set(memory, offset, value);
    }

    static void setShort(MemorySegment memory, long offset, short value) {
        SHORT.set(memory, offset, value);
    }

    static void setInt(MemorySegment memory, long offset, int value) {
        INT.set(memory, offset, value);
    }

    static void setLong(MemorySegment memory, long offset, long value) {
        LONG.set(memory, offset, value);
    }
}
