package dev.ravel.ninep;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the fields of a message: little-endian numbers, strings with a length before them. */
public final class WireReader {
    private final ByteBuffer bytes;

    /** Reads {@code message} from a place to another. */
    public WireReader(byte[] message, int from, int to) {
        bytes = ByteBuffer.wrap(message, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void require(long count) throws MalformedMessageException {
        if (count > bytes.remaining()) {
            throw new MalformedMessageException("a message ends " + (count - bytes.remaining()) + " bytes too early");
        }
    }

    /** A number of one byte. */
    public int u8() throws MalformedMessageException {
        require(1);
        return bytes.get() & 0xff;
    }

    /** A number of two bytes. */
    public int u16() throws MalformedMessageException {
        require(2);
        return bytes.getShort() & 0xffff;
    }

    /** A number of four bytes, as its bits. */
    public int u32() throws MalformedMessageException {
        require(4);
        return bytes.getInt();
    }

    /** A number of eight bytes, as its bits. */
    public long u64() throws MalformedMessageException {
        require(8);
        return bytes.getLong();
    }

    /** A string. */
    public FileName string() throws MalformedMessageException {
        byte[] text = new byte[u16()];
        require(text.length);
        bytes.get(text);
        return FileName.of(text);
    }

    /** That many bytes, not copied. */
    public MemorySegment data(int count) throws MalformedMessageException {
        require(count & 0xffff_ffffL);
        int at = bytes.position();
        bytes.position(at + count);
        return MemorySegment.ofArray(bytes.array()).asSlice(at, count);
    }

    /** Bytes that were not read. */
    public int remaining() {
        return bytes.remaining();
    }
}
