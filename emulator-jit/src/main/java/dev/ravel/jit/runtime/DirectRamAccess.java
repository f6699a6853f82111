package dev.ravel.jit.runtime;

import dev.ravel.memory.AtomicAccess;
import java.lang.invoke.MethodHandles;
import jdk.internal.misc.Unsafe;

/**
 * {@link RamAccess} without the way through a memory segment, for a JVM that lets us at the access that segments are made of:
 * units call {@link #UNSAFE} with host addresses. HotSpot's second compiler inlines some fifteen methods for each access to a
 * segment, gives that up in the middle of a large unit, and then calls what remains, with all registers saved around it.
 *
 * <p>Nothing checks bounds here but the TLB, whose entries stand for pages of RAM only; and RAM is there as long as harts run.
 */
public final class DirectRamAccess {
    /** Accesses the host's memory. */
    public static final Unsafe UNSAFE = Unsafe.getUnsafe();

    /** See {@link RamAccess}. */
    public static final long[] TLBS;

    /** See {@link dev.ravel.mmu.StorablePages}. */
    public static final byte[] STORABLE;

    /** The guest's physical address of the first byte of RAM. */
    public static final long START;

    /** Bytes of RAM. */
    public static final long SIZE;

    /** How far the first element of a {@code long[]} is from its beginning, in bytes. */
    public static final long ELEMENTS = Unsafe.ARRAY_LONG_BASE_OFFSET;

    /** How far the first element of a {@code byte[]} is from its beginning, in bytes. */
    public static final long BYTES = Unsafe.ARRAY_BYTE_BASE_OFFSET;

    /** What to add to an offset in RAM to get its address on the host. */
    private static final long BASE;

    static {
        UnitLoader.Memory memory = UnitLoader.takeMemory();
        TLBS = memory.tlbs().elements();
        STORABLE = memory.tlbs().storable();
        START = memory.ram().base();
        SIZE = memory.ram().size();
        BASE = memory.ram().segment().address();
    }

    private DirectRamAccess() {}

    /** For defining units beside this class. */
    public static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    /** See {@link AtomicAccess#read}. */
    public static long readAtomic(long offset, int size) {
        return switch (size) {
            case 1 -> UNSAFE.getByteVolatile(null, BASE + offset);
            case 2 -> UNSAFE.getShortVolatile(null, BASE + offset);
            case 4 -> UNSAFE.getIntVolatile(null, BASE + offset);
            default -> UNSAFE.getLongVolatile(null, BASE + offset);
        };
    }

    /** See {@link AtomicAccess#replace}. */
    public static boolean replaceAtomic(long offset, int size, long expected, long value) {
        return switch (size) {
            case 1 -> UNSAFE.compareAndSetByte(null, BASE + offset, (byte) expected, (byte) value);
            case 2 -> UNSAFE.compareAndSetShort(null, BASE + offset, (short) expected, (short) value);
            case 4 -> UNSAFE.compareAndSetInt(null, BASE + offset, (int) expected, (int) value);
            default -> UNSAFE.compareAndSetLong(null, BASE + offset, expected, value);
        };
    }
}
