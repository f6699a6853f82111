package dev.ravel.inspect.linux;

import dev.ravel.memory.LittleEndian;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AddressSpace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** RAM by the kernel's virtual addresses, little-endian, at any alignment; read only. For one thread. */
public final class KernelMemory {

    /** Bytes of a page. */
    static final long PAGE_SIZE = Ram.PAGE_SIZE;

    private final Ram ram;
    private final AddressSpace space;

    KernelMemory(Ram ram, AddressSpace space) {
        this.ram = ram;
        this.space = space;
    }

    /**
     * A number of 1, 2, 4 or 8 bytes, zero-extended.
     *
     * @throws BrokenStructureException if any byte of it is in no page of RAM
     */
    public long read(long va, int size) throws BrokenStructureException {
        if (size <= Ram.PAGE_SIZE - (int) (va & Ram.PAGE_SIZE - 1)) {
            return LittleEndian.read(ram.segment(), offset(va, size), size);
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= LittleEndian.read(ram.segment(), offset(va + i, 1), 1) << 8 * i;
        }
        return value;
    }

    /** A pointer, or any 64-bit number. */
    public long pointer(long va) throws BrokenStructureException {
        return read(va, Long.BYTES);
    }

    /** Copies {@code length} bytes. */
    public byte[] bytes(long va, int length) throws BrokenStructureException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            long from = va + done;
            int piece = Math.min(length - done, Ram.PAGE_SIZE - (int) (from & Ram.PAGE_SIZE - 1));
            MemorySegment.copy(ram.segment(), ValueLayout.JAVA_BYTE, offset(from, piece), bytes, done, piece);
            done += piece;
        }
        return bytes;
    }

    /** A string that a NUL ends, or {@code limit} bytes of it, as UTF-8. */
    public String text(long va, int limit) throws BrokenStructureException {
        byte[] bytes = new byte[limit];
        int length = 0;
        while (length < limit) {
            byte b = (byte) read(va + length, 1);
            if (b == 0) {
                break;
            }
            bytes[length++] = b;
        }
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
    }

    private long offset(long va, int size) throws BrokenStructureException {
        OptionalLong pa = space.physical(va);
        if (pa.isEmpty() || !ram.contains(pa.getAsLong(), size)) {
            throw new BrokenStructureException(String.format("0x%x leads to no memory", va));
        }
        return pa.getAsLong() - ram.base();
    }
}
