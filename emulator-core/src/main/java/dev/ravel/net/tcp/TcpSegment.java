package dev.ravel.net.tcp;

import dev.ravel.net.Checksum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A segment (RFC 9293, 3.1). Urgent data is data as all other: nobody reads the pointer.
 *
 * @param sourcePort 1 to 65535
 * @param destinationPort 1 to 65535
 * @param sequence the number of its first octet
 * @param acknowledgment the number that is expected next, if {@link #ACK} is set
 * @param flags {@link #FIN} to {@link #ACK}
 * @param window as it is sent, unscaled: 0 to 65535
 * @param options those of a {@link #SYN}
 */
public record TcpSegment(
        int sourcePort,
        int destinationPort,
        int sequence,
        int acknowledgment,
        int flags,
        int window,
        Options options,
        byte[] payload) {
    /** The protocol's number in an IPv4 header. */
    public static final int PROTOCOL = 6;

    /** Bytes of a header without options. */
    public static final int HEADER = 20;

    /** Where the checksum is. */
    public static final int CHECKSUM_OFFSET = 16;

    /** No more data from the sender. */
    public static final int FIN = 1;

    /** The first of the sequence numbers. */
    public static final int SYN = 2;

    /** The connection is no more. */
    public static final int RST = 4;

    /** The sender has no more to send for now. */
    public static final int PSH = 8;

    /** The acknowledgment counts. */
    public static final int ACK = 16;

    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int MAXIMUM_SEGMENT_SIZE = 2;
    private static final int WINDOW_SCALE = 3;

    /**
     * What the ends tell each other at the start.
     *
     * @param maximumSegmentSize the most bytes of payload that the sender of the option takes: 0 to 65535
     * @param windowScale by how many bits its windows are shifted: 0 to 255, of which more than 14 means 14 (RFC 7323, 2.3)
     */
    public record Options(OptionalInt maximumSegmentSize, OptionalInt windowScale) {
        /** None. */
        public static final Options NONE = new Options(OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * Takes a packet's payload apart.
     *
     * @param partial whether its checksum has not been made yet
     * @return empty if it is damaged, or comes from or goes to port 0
     */
    public static Optional<TcpSegment> parse(int source, int destination, byte[] bytes, boolean partial) {
        if (bytes.length < HEADER) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int header = (in.get(12) >>> 4 & 0xf) * Integer.BYTES;
        int from = in.getShort(0) & 0xffff;
        int to = in.getShort(2) & 0xffff;
        if (header < HEADER
                || header > bytes.length
                || from == 0
                || to == 0
                || !partial && Checksum.of(source, destination, PROTOCOL, bytes) != 0) {
            return Optional.empty();
        }
        int flags = in.get(13) & 0x3f;
        return Optional.of(new TcpSegment(
                from,
                to,
                in.getInt(4),
                in.getInt(8),
                flags,
                in.getShort(14) & 0xffff,
                (flags & SYN) == 0 ? Options.NONE : options(in.slice(HEADER, header - HEADER)),
                Arrays.copyOfRange(bytes, header, bytes.length)));
    }

    /** What follows an option that makes no sense is not read. */
    private static Options options(ByteBuffer in) {
        OptionalInt size = OptionalInt.empty();
        OptionalInt scale = OptionalInt.empty();
        while (in.hasRemaining()) {
            int kind = in.get();
            if (kind == NO_OPERATION) {
                continue;
            }
            int length = kind != END_OF_OPTIONS && in.hasRemaining() ? in.get() & 0xff : 0;
            if (length < 2 || length - 2 > in.remaining()) {
                break;
            }
            int next = in.position() + length - 2;
            if (kind == MAXIMUM_SEGMENT_SIZE && length == 4) {
                size = OptionalInt.of(in.getShort() & 0xffff);
            } else if (kind == WINDOW_SCALE && length == 3) {
                scale = OptionalInt.of(in.get() & 0xff);
            }
            in.position(next);
        }
        return new Options(size, scale);
    }

    /**
     * The segment as a packet carries it.
     *
     * @param partial whether the checksum is to be made by somebody else
     */
    public byte[] toBytes(int source, int destination, boolean partial) {
        int optionBytes = (options.maximumSegmentSize().isPresent() ? 4 : 0)
                + (options.windowScale().isPresent() ? 4 : 0);
        int header = HEADER + optionBytes;
        ByteBuffer out = ByteBuffer.allocate(header + payload.length);
        out.putShort((short) sourcePort).putShort((short) destinationPort);
        out.putInt(sequence).putInt(acknowledgment);
        out.put((byte) (header / Integer.BYTES << 4)).put((byte) flags).putShort((short) window);
        out.putInt(0);
        options.maximumSegmentSize().ifPresent(size -> out.putInt(MAXIMUM_SEGMENT_SIZE << 24 | 4 << 16 | size));
        options.windowScale().ifPresent(shift -> out.putInt(NO_OPERATION << 24 | WINDOW_SCALE << 16 | 3 << 8 | shift));
        out.put(payload);
        int checksum = partial
                ? Checksum.pseudoHeader(source, destination, PROTOCOL, out.capacity())
                : Checksum.of(source, destination, PROTOCOL, out.array());
        out.putShort(CHECKSUM_OFFSET, (short) checksum);
        return out.array();
    }

    /** Whether all of these flags are set. */
    public boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }

    /** Sequence numbers that it takes: payload, {@link #SYN} and {@link #FIN}. */
    public int length() {
        return payload.length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /**
     * The answer to a segment of a connection that is none (RFC 9293, 3.10.7.1).
     *
     * @return empty for a {@link #RST}
     */
    public Optional<TcpSegment> refusal() {
        if (has(RST)) {
            return Optional.empty();
        }
        return Optional.of(
                has(ACK)
                        ? new TcpSegment(
                                destinationPort, sourcePort, acknowledgment, 0, RST, 0, Options.NONE, new byte[0])
                        : new TcpSegment(
                                destinationPort,
                                sourcePort,
                                0,
                                sequence + length(),
                                RST | ACK,
                                0,
                                Options.NONE,
                                new byte[0]));
    }
}
