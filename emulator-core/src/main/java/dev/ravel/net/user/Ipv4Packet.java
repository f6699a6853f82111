package dev.ravel.net.user;

import dev.ravel.net.Checksum;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An IPv4 packet without options (RFC 791).
 *
 * @param protocol what the payload is: 0 to 255
 * @param payload at most 65515 bytes
 */
record Ipv4Packet(int source, int destination, int protocol, byte[] payload) {
    static final int HEADER = 20;
    static final int ICMP = 1;
    static final int UDP = 17;

    private static final int VERSION_AND_HEADER = 0x45;
    private static final int TIME_TO_LIVE = 64;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    /** Takes a packet apart; empty if it is damaged, a fragment, has options, or has come too far. */
    static Optional<Ipv4Packet> parse(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != VERSION_AND_HEADER || Checksum.of(bytes, 0, HEADER) != 0) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = in.getShort(2) & 0xffff;
        boolean fragment = (in.getShort(6) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
        // A frame may be longer: short ones are filled up.
        if (length < HEADER || length > bytes.length || fragment || in.get(8) == 0) {
            return Optional.empty();
        }
        return Optional.of(new Ipv4Packet(
                in.getInt(12), in.getInt(16), in.get(9) & 0xff, Arrays.copyOfRange(bytes, HEADER, length)));
    }

    /**
     * The packet as it is sent, in several fragments if it is longer than {@code mtu}.
     *
     * @param identification of the fragments: another one than that of the packets before
     */
    List<byte[]> toBytes(int identification, int mtu) {
        // Where a fragment starts is counted in units of eight bytes.
        int most = (mtu - HEADER) / 8 * 8;
        List<byte[]> fragments = new ArrayList<>();
        int from = 0;
        do {
            int count = payload.length - from <= mtu - HEADER ? payload.length - from : most;
            boolean more = from + count < payload.length;
            fragments.add(bytes(identification, from / 8 | (more ? MORE_FRAGMENTS : 0), from, count));
            from += count;
        } while (from < payload.length);
        return fragments;
    }

    private byte[] bytes(int identification, int fragment, int from, int count) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + count);
        out.put((byte) VERSION_AND_HEADER).put((byte) 0).putShort((short) (HEADER + count));
        out.putShort((short) identification).putShort((short) fragment);
        out.put((byte) TIME_TO_LIVE).put((byte) protocol).putShort((short) 0);
        out.putInt(source).putInt(destination).put(payload, from, count);
        out.putShort(10, (short) Checksum.of(out.array(), 0, HEADER));
        return out.array();
    }
}
