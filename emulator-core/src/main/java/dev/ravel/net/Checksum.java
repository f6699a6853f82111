package dev.ravel.net;

import java.nio.ByteBuffer;

/** The checksum of IPv4, ICMP, UDP and TCP: the ones' complement of the sum of all 16-bit words (RFC 1071). */
public final class Checksum {
    private static final int PSEUDO_HEADER = 12;

    private Checksum() {}

    /** Of bytes: 0 to 65535; 0 for bytes that hold their right checksum. */
    public static int of(byte[] bytes, int offset, int length) {
        return complement(sum(ByteBuffer.wrap(bytes, offset, length)));
    }

    /**
     * Of what an IPv4 packet carries, with the addresses that it goes between (RFC 768; RFC 9293, 3.1).
     *
     * @param protocol of the packet: 0 to 255
     */
    public static int of(int source, int destination, int protocol, byte[] payload) {
        return complement(pseudoHeader(source, destination, protocol, payload.length) + sum(ByteBuffer.wrap(payload)));
    }

    /**
     * The sum of the addresses, not complemented: what is in the place of a checksum that is still to be made.
     *
     * @param length bytes of what the packet carries
     */
    public static int pseudoHeader(int source, int destination, int protocol, int length) {
        ByteBuffer header = ByteBuffer.allocate(PSEUDO_HEADER);
        header.putInt(source).putInt(destination).putShort((short) protocol).putShort((short) length);
        return ~complement(sum(header.flip())) & 0xffff;
    }

    /** Of 32-bit words: folded, the sum is that of their halves. */
    private static long sum(ByteBuffer bytes) {
        long sum = 0;
        while (bytes.remaining() >= Integer.BYTES) {
            sum += Integer.toUnsignedLong(bytes.getInt());
        }
        for (int shift = 24; bytes.hasRemaining(); shift -= 8) {
            sum += Byte.toUnsignedLong(bytes.get()) << shift;
        }
        return sum;
    }

    private static int complement(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) ~folded & 0xffff;
    }
}
