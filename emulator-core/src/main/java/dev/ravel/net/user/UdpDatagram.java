package dev.ravel.net.user;

import dev.ravel.net.Checksum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A UDP datagram (RFC 768).
 *
 * @param payload at most {@link #MAX_PAYLOAD} bytes
 */
record UdpDatagram(int sourcePort, int destinationPort, byte[] payload) {
    static final int HEADER = 8;
    /** What is left of an IPv4 packet. */
    static final int MAX_PAYLOAD = 65_535 - Ipv4Packet.HEADER - HEADER;

    /**
     * Takes a packet's payload apart; empty if it is damaged or comes from or goes to port 0.
     *
     * @param partial whether its checksum has not been made yet
     */
    static Optional<UdpDatagram> parse(Ipv4Packet packet, boolean partial) {
        byte[] bytes = packet.payload();
        if (bytes.length < HEADER) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int length = in.getShort(4) & 0xffff;
        if (length < HEADER || length > bytes.length) {
            return Optional.empty();
        }
        byte[] datagram = Arrays.copyOf(bytes, length);
        // 0: the sender has computed none.
        boolean intact = partial
                || in.getShort(6) == 0
                || Checksum.of(packet.source(), packet.destination(), Ipv4Packet.UDP, datagram) == 0;
        int from = in.getShort(0) & 0xffff;
        int to = in.getShort(2) & 0xffff;
        return intact && from != 0 && to != 0
                ? Optional.of(new UdpDatagram(from, to, Arrays.copyOfRange(datagram, HEADER, length)))
                : Optional.empty();
    }

    /** The packet that carries it. */
    Ipv4Packet between(int source, int destination) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + payload.length);
        out.putShort((short) sourcePort).putShort((short) destinationPort);
        out.putShort((short) out.capacity()).putShort((short) 0).put(payload);
        int checksum = Checksum.of(source, destination, Ipv4Packet.UDP, out.array());
        // 0 would mean that there is none.
        out.putShort(6, (short) (checksum == 0 ? 0xffff : checksum));
        return new Ipv4Packet(source, destination, Ipv4Packet.UDP, out.array());
    }
}
