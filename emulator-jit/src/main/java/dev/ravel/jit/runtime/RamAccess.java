package dev.ravel.jit.runtime;

import dev.ravel.memory.AtomicAccess;
import dev.ravel.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The RAM of one machine and the TLBs of its harts as constants, so that HotSpot knows their bounds. Every machine loads the class
 * anew ({@link UnitLoader}); the one that the application's own loader would give is never initialised.
 */
public final class RamAccess {
    private static final MemorySegment RAM;

    /** The TLBs of all harts. */
    public static final long[] TLBS;

    /** See {@link dev.ravel.mmu.StorablePages}. */
    public static final byte[] STORABLE;

    /** The guest's physical address of the first byte of RAM. */
    public static final long START;

    /** Bytes of RAM. */
    public static final long SIZE;

    private static final VarHandle SHORT = LittleEndian.HALFWORD.varHandle();
    private static final VarHandle INT = LittleEndian.WORD.varHandle();
    private static final VarHandle LONG = LittleEndian.DOUBLEWORD.varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    static {
        UnitLoader.Memory memory = UnitLoader.takeMemory();
        RAM = memory.ram().segment();
        TLBS = memory.tlbs().elements();
        STORABLE = memory.tlbs().storable();
        START = memory.ram().base();
        SIZE = memory.ram().size();
    }

    private RamAccess() {}

    /** For defining units beside this class. */
    public static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    /** Loads a byte, sign-extended. */
    public static long load1(long at) {
        return (byte) BYTE.get(RAM, at);
    }

    /** Stores a byte. */
    public static void store1(long at, long value) {
        BYTE.set(RAM, at, (byte) value);
    }

    /** Loads 2 bytes, sign-extended. */
    public static long load2(long at) {
        return (short) SHORT.get(RAM, at);
    }

    /** Stores 2 bytes. */
    public static void store2(long at, long value) {
        SHORT.set(RAM, at, (short) value);
    }

    /** Loads 4 bytes, sign-extended. */
    public static long load4(long at) {
        return (int) INT.get(RAM, at);
    }

    /** Stores 4 bytes. */
    public static void store4(long at, long value) {
        INT.set(RAM, at, (int) value);
    }

    /** Loads 8 bytes, sign-extended. */
    public static long load8(long at) {
        return (long) LONG.get(RAM, at);
    }

    /** Stores 8 bytes. */
    public static void store8(long at, long value) {
        LONG.set(RAM, at, value);
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
