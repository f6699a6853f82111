package dev.ravel.jit.runtime;

import dev.ravel.memory.AtomicAccess;
import dev.ravel.memory.TlbStorage;
import dev.ravel.mmu.Tlb;
import java.lang.invoke.MethodHandles;
import jdk.internal.misc.Unsafe;

/**
 * {@link RamAccess}, method by method, without the way through a memory segment: for a JVM that lets us at the access that segments
 * are made of. It makes a tenth of the work for HotSpot's second compiler, which inlines some fifteen methods for each access
 * to a segment, gives that up in the middle of a large unit, and then calls what remains, with all registers saved around it.
 *
 * <p>Nothing checks bounds here but the TLB, whose entries stand for pages of RAM only; and RAM is there as long as harts run.
 */
public final class DirectRamAccess {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    /** What to add to an offset in RAM to get its address on the host. */
    private static final long RAM;

    private static final long[] TLBS;

    static {
        UnitLoader.Memory memory = UnitLoader.takeMemory();
        RAM = memory.ram().address();
        TLBS = memory.tlbs();
    }

    /** See {@link RamAccess}. */
    private static final int BOUND = TLBS.length - TlbStorage.STRIDE;

    private DirectRamAccess() {}

    /** For defining units beside this class. */
    public static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    /** A load of a byte, sign-extended, or {@link RamAccess#MISS}. */
    public static long load1(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va & -4096L) ? UNSAFE.getByte(RAM + va + TLBS[i + 1]) : RamAccess.MISS;
    }

    /** A store of a byte; false, nothing done, if it missed the TLB. */
    public static boolean store1(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va & -4096L)) {
            return false;
        }
        UNSAFE.putByte(RAM + va + TLBS[i + 1], (byte) value);
        return true;
    }

    /** A load of 2 bytes, sign-extended, or {@link RamAccess#MISS}. */
    public static long load2(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va + 1 & -4096L) ? UNSAFE.getShort(RAM + va + TLBS[i + 1]) : RamAccess.MISS;
    }

    /** A store of 2 bytes; false, nothing done, if it missed the TLB. */
    public static boolean store2(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va + 1 & -4096L)) {
            return false;
        }
        UNSAFE.putShort(RAM + va + TLBS[i + 1], (short) value);
        return true;
    }

    /** A load of 4 bytes, sign-extended, or {@link RamAccess#MISS}. */
    public static long load4(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va + 3 & -4096L) ? UNSAFE.getInt(RAM + va + TLBS[i + 1]) : RamAccess.MISS;
    }

    /** A store of 4 bytes; false, nothing done, if it missed the TLB. */
    public static boolean store4(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va + 3 & -4096L)) {
            return false;
        }
        UNSAFE.putInt(RAM + va + TLBS[i + 1], (int) value);
        return true;
    }

    /** A load of 8 bytes or {@link RamAccess#MISS}. */
    public static long load8(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va + 7 & -4096L) ? UNSAFE.getLong(RAM + va + TLBS[i + 1]) : RamAccess.MISS;
    }

    /** A store of 8 bytes; false, nothing done, if it missed the TLB. */
    public static boolean store8(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va + 7 & -4096L)) {
            return false;
        }
        UNSAFE.putLong(RAM + va + TLBS[i + 1], value);
        return true;
    }

    /** See {@link AtomicAccess#read}. */
    public static long readAtomic(long offset, int size) {
        return switch (size) {
            case 1 -> UNSAFE.getByteVolatile(null, RAM + offset);
            case 2 -> UNSAFE.getShortVolatile(null, RAM + offset);
            case 4 -> UNSAFE.getIntVolatile(null, RAM + offset);
            default -> UNSAFE.getLongVolatile(null, RAM + offset);
        };
    }

    /** See {@link AtomicAccess#replace}. */
    public static boolean replaceAtomic(long offset, int size, long expected, long value) {
        return switch (size) {
            case 1 -> UNSAFE.compareAndSetByte(null, RAM + offset, (byte) expected, (byte) value);
            case 2 -> UNSAFE.compareAndSetShort(null, RAM + offset, (short) expected, (short) value);
            case 4 -> UNSAFE.compareAndSetInt(null, RAM + offset, (int) expected, (int) value);
            default -> UNSAFE.compareAndSetLong(null, RAM + offset, expected, value);
        };
    }
}
