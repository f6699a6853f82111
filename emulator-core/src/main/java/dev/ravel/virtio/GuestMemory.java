package dev.ravel.virtio;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;
import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;

import dev.ravel.memory.LittleEndian;
import dev.ravel.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Guest memory as a device that masters the bus sees it: RAM by physical address, little-endian. Every access is
 * checked; one that is not wholly in RAM is the driver's fault. Writes are told to whoever holds decoded
 * instructions.
 */
public final class GuestMemory {
    private static final VarHandle INDEX = LittleEndian.ATOMIC_HALFWORD.varHandle();

    private final Ram ram;
    private final MemorySegment segment;

    /** The memory of a machine. */
    public GuestMemory(Ram ram) {
        this.ram = ram;
        this.segment = ram.segment();
    }

    /** Bytes of RAM: no set of distinct buffers can be longer. */
    public long size() {
        return ram.size();
    }

    /**
     * Checks a range, so that later accesses to it cannot fail.
     *
     * @param length not negative
     */
    public void check(long address, long length) throws DriverFaultException {
        if (!ram.contains(address, length)) {
            throw new DriverFaultException(String.format("0x%x bytes at 0x%x are not in memory", length, address));
        }
    }

    /** A 16-bit number, 0 to 65535. */
    public int readShort(long address) throws DriverFaultException {
        return segment.get(HALFWORD, offset(address, 2)) & 0xffff;
    }

    /** A 32-bit number. */
    public int readInt(long address) throws DriverFaultException {
        return segment.get(WORD, offset(address, 4));
    }

    /** A 64-bit number. */
    public long readLong(long address) throws DriverFaultException {
        return segment.get(DOUBLEWORD, offset(address, 8));
    }

    /**
     * The 16-bit index that the driver writes last: what it wrote before is seen after this.
     *
     * @param address even
     */
    public int readIndex(long address) throws DriverFaultException {
        return (short) INDEX.getAcquire(segment, offset(address, 2)) & 0xffff;
    }

    /** Sets a 16-bit number. */
    public void writeShort(long address, int value) throws DriverFaultException {
        long offset = offset(address, 2);
        segment.set(HALFWORD, offset, (short) value);
        ram.written(offset, 2);
    }

    /** Sets a 32-bit number. */
    public void writeInt(long address, int value) throws DriverFaultException {
        long offset = offset(address, 4);
        segment.set(WORD, offset, value);
        ram.written(offset, 4);
    }

    /**
     * Sets a 16-bit index that the driver reads first: what was written before is seen by who sees it.
     *
     * @param address even
     */
    public void writeIndex(long address, int value) throws DriverFaultException {
        long offset = offset(address, 2);
        INDEX.setRelease(segment, offset, (short) value);
        ram.written(offset, 2);
    }

    /** Copies from the guest. */
    public void read(long address, byte[] into, int from, int length) throws DriverFaultException {
        read(address, MemorySegment.ofArray(into), from, length);
    }

    /** Copies from the guest to somewhere in other memory. */
    void read(long address, MemorySegment into, long from, long length) throws DriverFaultException {
        MemorySegment.copy(segment, offset(address, length), into, from, length);
    }

    /** Copies to the guest. */
    public void write(long address, byte[] bytes, int from, int length) throws DriverFaultException {
        write(address, MemorySegment.ofArray(bytes), from, length);
    }

    /** Copies from somewhere in other memory to the guest. */
    void write(long address, MemorySegment bytes, long from, long length) throws DriverFaultException {
        long offset = offset(address, length);
        MemorySegment.copy(bytes, from, segment, offset, length);
        ram.written(offset, length);
    }

    /** The driver does not need what is there; returns the bytes that the host got back, see {@link Ram#discard}. */
    public long discard(long address, long length) throws DriverFaultException {
        return ram.discard(offset(address, length), length);
    }

    private long offset(long address, long length) throws DriverFaultException {
        check(address, length);
        return address - ram.base();
    }
}
