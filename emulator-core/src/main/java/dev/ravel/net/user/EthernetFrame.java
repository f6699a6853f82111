package dev.ravel.net.user;

import dev.ravel.net.Frame;
import dev.ravel.net.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An Ethernet frame.
 *
 * @param type what the payload is: 0 to 65535
 */
record EthernetFrame(MacAddress destination, MacAddress source, int type, byte[] payload) {
    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;

    /** Takes a frame apart; empty if it is too short. */
    static Optional<EthernetFrame> parse(byte[] bytes) {
        if (bytes.length < Frame.HEADER) {
            return Optional.empty();
        }
        return Optional.of(new EthernetFrame(
                MacAddress.at(bytes, 0),
                MacAddress.at(bytes, MacAddress.SIZE),
                ByteBuffer.wrap(bytes).getShort(2 * MacAddress.SIZE) & 0xffff,
                Arrays.copyOfRange(bytes, Frame.HEADER, bytes.length)));
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(Frame.HEADER + payload.length)
                .put(destination.toBytes())
                .put(source.toBytes())
                .putShort((short) type)
                .put(payload)
                .array();
    }
}
