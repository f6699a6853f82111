package dev.ravel.boot;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;
import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian fields of a file that may be cut short. Every access is checked; one that leaves the file says
 * what should have been there.
 *
 * @param name how messages call the file
 * @param data the file
 */
record Bytes(String name, MemorySegment data) {

    static Bytes of(String name, byte[] content) {
        return new Bytes(name, MemorySegment.ofArray(content).asReadOnly());
    }

    long size() {
        return data.byteSize();
    }

    int u8(long offset) {
        return data.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    int u16(long offset) {
        return data.get(HALFWORD, offset) & 0xffff;
    }

    long u32(long offset) {
        return data.get(WORD, offset) & 0xffff_ffffL;
    }

    long u64(long offset) {
        return data.get(DOUBLEWORD, offset);
    }

    /** Whether the file holds these characters at that place. */
    boolean has(long offset, String ascii) {
        if (offset < 0 || offset > size() - ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (u8(offset + i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A part of the file; {@code what} says what it is, for the message when the file ends before it does. */
    MemorySegment slice(long offset, long length, String what) throws ImageException {
        require(offset, length, what);
        return data.asSlice(offset, length);
    }

    /** Fails when {@code [offset, offset + length)}, unsigned numbers, is not all inside the file. */
    void require(long offset, long length, String what) throws ImageException {
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            throw new ImageException(name + ": truncated: " + what + " ends after the " + size()
                    + " bytes that the file has; fetch or build it again");
        }
    }

    /** The string that a zero byte ends, or the end of the file. */
    String string(long offset) {
        long end = offset;
        while (end < size() && u8(end) != 0) {
            end++;
        }
        return new String(data.asSlice(offset, end - offset).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
