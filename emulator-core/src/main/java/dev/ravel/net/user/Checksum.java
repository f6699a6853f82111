package dev.ravel.net.user;

import java.nio.ByteBuffer;

/** The checksum of IPv4, ICMP and UDP: the ones' complement of the sum of all 16-bit words (RFC 1071). */
final class Checksum {
    private Checksum() {}

    /** Of bytes: 0 to 65535; 0 for bytes that hold their right checksum. */
    static int of(byte[] bytes, int offset, int length) {
        return complement(sum(bytes, offset, length));
    }

    /** Of a UDP datagram, with the addresses that it goes between (RFC 768). */
    static int ofUdp(int source, int destination, byte[] datagram) {
        ByteBuffer pseudo = ByteBuffer.allocate(12);
        pseudo.putInt(source)
                .putInt(destination)
                .putShort((short) Ipv4Packet.UDP)
                .putShort((short) datagram.length);
        return complement(sum(pseudo.array(), 0, pseudo.capacity()) + sum(datagram, 0, datagram.length));
    }

    private static long sum(byte[] bytes, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            int value = bytes[offset + i] & 0xff;
            sum += i % 2 == 0 ? value << 8 : value;
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
