package dev.ravel.ninep;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes the fields of a message: little-endian numbers, strings with a length before them. Grows as needed. */
public final class WireWriter {
    private ByteBuffer bytes;

    /** Nothing written yet. */
    public WireWriter(int expected) {
        bytes = ByteBuffer.allocate(expected).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer room(int count) {
        if (bytes.remaining() < count) {
            int size = Math.max(bytes.capacity() * 2, bytes.position() + count);
            bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .position(bytes.position());
        }
        return bytes;
    }

    /** A number of one byte. */
    public void u8(int value) {
        room(1).put((byte) value);
    }

    /** A number of two bytes. */
    public void u16(int value) {
        room(2).putShort((short) value);
    }

    /** A number of four bytes. */
    public void u32(int value) {
        room(4).putInt(value);
    }

    /** A number of eight bytes. */
    public void u64(long value) {
        room(8).putLong(value);
    }

    /** A string of at most 65,535 bytes. */
    public void string(FileName text) {
        u16(text.length());
        raw(text.bytes());
    }

    /** Bytes as they are. */
    public void raw(byte[] data) {
        room(data.length).put(data);
    }

    /** Bytes as they are. */
    public void raw(MemorySegment data) {
        int count = Math.toIntExact(data.byteSize());
        room(count);
        MemorySegment.ofArray(bytes.array()).asSlice(bytes.position(), count).copyFrom(data);
        bytes.position(bytes.position() + count);
    }

    /** Bytes written. */
    public int size() {
        return bytes.position();
    }

    /** Writes a number of four bytes in a place where something was written before. */
    public void setU32(int at, int value) {
        bytes.putInt(at, value);
    }

    /** What was written. */
    public byte[] toBytes() {
        return bytes.position() == bytes.capacity() ? bytes.array() : Arrays.copyOf(bytes.array(), bytes.position());
    }
}
