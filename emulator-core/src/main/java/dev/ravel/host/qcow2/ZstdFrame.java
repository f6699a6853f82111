package dev.ravel.host.qcow2;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds the end of a frame of zstd (RFC 8878, 3.1.1), which in an image is not the end of the sectors that it is in. */
final class ZstdFrame {
    private static final int MAGIC = 0xfd2fb528;
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int CHECKSUM = 1 << 2;
    private static final int BLOCK_HEADER = 3;
    private static final int RLE = 1;

    private ZstdFrame() {}

    /**
     * Bytes of the frame at the start.
     *
     * @throws Qcow2Exception if there is none, or it is cut off
     */
    static int length(byte[] bytes, int most) throws Qcow2Exception {
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, most).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (in.getInt() != MAGIC) {
                throw new UnreadableDataException("a compressed cluster is damaged");
            }
            int descriptor = in.get();
            boolean single = (descriptor & SINGLE_SEGMENT) != 0;
            int dictionaryId = new int[] {0, 1, 2, 4}[descriptor & 3];
            int contentSize = new int[] {single ? 1 : 0, 2, 4, 8}[descriptor >>> 6 & 3];
            skip(in, (single ? 0 : 1) + dictionaryId + contentSize);
            for (boolean last = false; !last; ) {
                int header = (in.get() & 0xff) | (in.getShort() & 0xffff) << 8;
                last = (header & 1) != 0;
                skip(in, (header >> 1 & 3) == RLE ? 1 : header >> BLOCK_HEADER);
            }
            skip(in, (descriptor & CHECKSUM) == 0 ? 0 : Integer.BYTES);
            return in.position();
        } catch (BufferUnderflowException e) {
            throw new UnreadableDataException("a compressed cluster is damaged");
        }
    }

    private static void skip(ByteBuffer in, int count) throws Qcow2Exception {
        if (count > in.remaining()) {
            throw new UnreadableDataException("a compressed cluster is damaged");
        }
        in.position(in.position() + count);
    }
}
