package dev.ravel.engine.interpreter;

import dev.ravel.memory.DirectAccess;
import dev.ravel.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Little-endian access to guest RAM, and to the arrays of the hart's registers and TLBs.
 *
 * <p>Running steps access a place that a TLB led to. Where {@link DirectAccess} is allowed it is an address of the host, and nothing is checked: a
 * TLB entry stands for a page of RAM; RAM is there as long as harts run; and an index is a register's number or a place in a TLB.
 * Elsewhere it is an offset in the memory segment, as it is for all others, which has constant handles.
 */
final class Memory {
    private static final VarHandle SHORT = LittleEndian.HALFWORD.varHandle();
    private static final VarHandle INT = LittleEndian.WORD.varHandle();
    private static final VarHandle LONG = LittleEndian.DOUBLEWORD.varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    private Memory() {}

    /** {@code array[index]}. */
    static long element(long[] array, int index) {
        return DirectAccess.ALLOWED ? Direct.element(array, index) : array[index];
    }

    /** {@code array[index] = value}. */
    static void setElement(long[] array, int index, long value) {
        if (DirectAccess.ALLOWED) {
            Direct.setElement(array, index, value);
        } else {
            array[index] = value;
        }
    }

    static byte getByte(Context c, long place) {
        return DirectAccess.ALLOWED ? Direct.getByte(place) : getByte(c.memory, place);
    }

    static short getShort(Context c, long place) {
        return DirectAccess.ALLOWED ? Direct.getShort(place) : getShort(c.memory, place);
    }

    static int getInt(Context c, long place) {
        return DirectAccess.ALLOWED ? Direct.getInt(place) : getInt(c.memory, place);
    }

    static long getLong(Context c, long place) {
        return DirectAccess.ALLOWED ? Direct.getLong(place) : getLong(c.memory, place);
    }

    static void setByte(Context c, long place, byte value) {
        if (DirectAccess.ALLOWED) {
            Direct.setByte(place, value);
        } else {
            BYTE.set(c.memory, place, value);
        }
    }

    static void setShort(Context c, long place, short value) {
        if (DirectAccess.ALLOWED) {
            Direct.setShort(place, value);
        } else {
            SHORT.set(c.memory, place, value);
        }
    }

    static void setInt(Context c, long place, int value) {
        if (DirectAccess.ALLOWED) {
            Direct.setInt(place, value);
        } else {
            INT.set(c.memory, place, value);
        }
    }

    static void setLong(Context c, long place, long value) {
        if (DirectAccess.ALLOWED) {
            Direct.setLong(place, value);
        } else {
            LONG.set(c.memory, place, value);
        }
    }

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
}
