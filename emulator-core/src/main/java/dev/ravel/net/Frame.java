package dev.ravel.net;

/**
 * An Ethernet frame on its way between a network and a device, from the destination address to the end of the payload, without
 * preamble and check sequence: {@value #HEADER} bytes or more. Between those that agree on it ({@link NetworkPort#offloads}), it may lack
 * what hardware can do as well (virtio 1.3, 5.1.6.2).
 *
 * @param bytes at most {@link #MAX_SIZE} of them, or {@link #MAX_LARGE_SIZE} if {@code segmentSize} is not 0; not to be changed
 * @param checksumStart where the bytes start whose checksum is to be put {@code checksumOffset} bytes further; what is there is
 *     the sum of the pseudo header. 0 if the checksum is complete
 * @param segmentSize into TCP segments with how many bytes of payload it is to be cut; 0 if it is not
 */
public record Frame(byte[] bytes, int checksumStart, int checksumOffset, int segmentSize) {
    /** Bytes of the header: two addresses and a type. */
    public static final int HEADER = 14;

    /** The most bytes on a wire: a payload of 1500, and the header. */
    public static final int MAX_SIZE = 1500 + HEADER;

    /** The most bytes of one that is to be cut: an IPv4 packet, and the header. */
    public static final int MAX_LARGE_SIZE = 65_535 + HEADER;

    /** A frame as on a wire. */
    public static Frame of(byte[] bytes) {
        return new Frame(bytes, 0, 0, 0);
    }

    /** Whether its checksum is still to be made. */
    public boolean isPartial() {
        return checksumStart != 0;
    }
}
