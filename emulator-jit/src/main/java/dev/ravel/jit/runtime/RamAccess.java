package dev.ravel.jit.runtime;

import dev.ravel.memory.AtomicAccess;
import dev.ravel.memory.TlbStorage;
import dev.ravel.mmu.Tlb;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Plain access to the RAM of one machine through the TLBs of its harts, both constants of this class: HotSpot then knows their
 * bounds. Every machine
 * loads the class anew ({@link UnitLoader}); the one that the application's own loader would give is never initialised.
 *
 * <p>The methods are larger than what HotSpot's first compiler inlines and hot enough for the second to inline them
 * everywhere, which is as it should be: units are compiled by the first in a fraction of the time. They call nothing of
 * Ravel's: a callee that HotSpot has never seen called by itself is sometimes not inlined, and a block copy then took three
 * times as long.
 */
public final class RamAccess {
    private static final MemorySegment RAM = UnitLoader.takeMemory().ram();
    private static final long[] TLBS = UnitLoader.takeMemory().tlbs();

    /** Changes no index of a load entry, but tells HotSpot that it is within bounds. */
    private static final int BOUND = TLBS.length - TlbStorage.STRIDE;

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

    /**
     * What a load returns that missed the TLB. Also what it returns if that very value is in memory: then the slow path,
     * which is right for any address, reads it once more.
     */
    public static final long MISS = -0x5ad1_ba5e;

    /** A load of a byte, sign-extended, or {@link #MISS}; {@code tlb} is {@link GuestState#tlb}. */
    public static long load1(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va & -4096L) ? (byte) BYTE.get(RAM, va + TLBS[i + 1]) : MISS;
    }

    /** A store of a byte; false, nothing done, if it missed the TLB. */
    public static boolean store1(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va & -4096L)) {
            return false;
        }
        BYTE.set(RAM, va + TLBS[i + 1], (byte) value);
        return true;
    }

    /** A load of 2 bytes, sign-extended, or {@link #MISS}. */
    public static long load2(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va + 1 & -4096L) ? (short) SHORT.get(RAM, va + TLBS[i + 1]) : MISS;
    }

    /** A store of 2 bytes; false, nothing done, if it missed the TLB. */
    public static boolean store2(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va + 1 & -4096L)) {
            return false;
        }
        SHORT.set(RAM, va + TLBS[i + 1], (short) value);
        return true;
    }

    /** A load of 4 bytes, sign-extended, or {@link #MISS}. */
    public static long load4(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va + 3 & -4096L) ? (int) INT.get(RAM, va + TLBS[i + 1]) : MISS;
    }

    /** A store of 4 bytes; false, nothing done, if it missed the TLB. */
    public static boolean store4(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va + 3 & -4096L)) {
            return false;
        }
        INT.set(RAM, va + TLBS[i + 1], (int) value);
        return true;
    }

    /** A load of 8 bytes, sign-extended, or {@link #MISS}. */
    public static long load8(int tlb, long va) {
        int i = tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND;
        return TLBS[i] == (va + 7 & -4096L) ? (long) LONG.get(RAM, va + TLBS[i + 1]) : MISS;
    }

    /** A store of 8 bytes; false, nothing done, if it missed the TLB. */
    public static boolean store8(int tlb, long va, long value) {
        int i = (tlb + ((int) (va >>> Tlb.INDEX_SHIFT) & Tlb.INDEX_MASK) & BOUND) + Tlb.STORES;
        if (TLBS[i] != (va + 7 & -4096L)) {
            return false;
        }
        LONG.set(RAM, va + TLBS[i + 1], value);
        return true;
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
