package dev.ravel.net.vsock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A packet of the socket device (virtio 1.3, 5.10.6): {@code struct virtio_vsock_hdr}, and the payload of {@link #OP_RW}.
 *
 * @param source who sends it
 * @param destination who shall have it
 * @param type {@link #TYPE_STREAM} is the only one that is known
 * @param op one of the constants, or unknown: 0 to 65535
 * @param flags of {@link #OP_SHUTDOWN}
 * @param bufAlloc bytes that the sender holds at most for the stream (5.10.6.3); 32 bits without sign, as the next one
 * @param fwdCnt bytes of the stream that the sender has handed on
 */
public record VsockPacket(
        Address source, Address destination, int type, int op, int flags, int bufAlloc, int fwdCnt, byte[] payload) {
    /** Bytes of the header. */
    public static final int HEADER = 44;

    /** Type of a stream of bytes. */
    public static final int TYPE_STREAM = 1;

    /** Asks for a connection. */
    public static final int OP_REQUEST = 1;

    /** Grants it. */
    public static final int OP_RESPONSE = 2;

    /** Refuses a connection, or ends it at once. */
    public static final int OP_RST = 3;

    /** Says what the sender will do no more: the flags. */
    public static final int OP_SHUTDOWN = 4;

    /** Carries bytes. */
    public static final int OP_RW = 5;

    /** Tells how much may be sent. */
    public static final int OP_CREDIT_UPDATE = 6;

    /** Asks to be told. */
    public static final int OP_CREDIT_REQUEST = 7;

    /** Flag: the sender receives no more. */
    public static final int SHUTDOWN_RCV = 1;

    /** Flag: the sender sends no more. */
    public static final int SHUTDOWN_SEND = 2;

    private static final byte[] NOTHING = new byte[0];

    /**
     * An end of a stream.
     *
     * @param cid the machine (5.10.4)
     * @param port 0 to 2^32-1
     */
    public record Address(long cid, long port) {}

    /** One that carries no bytes. */
    VsockPacket(Address source, Address destination, int type, int op, int flags, int bufAlloc, int fwdCnt) {
        this(source, destination, type, op, flags, bufAlloc, fwdCnt, NOTHING);
    }

    /** Reads a header. */
    public static VsockPacket of(ByteBuffer header, byte[] payload) {
        ByteBuffer h = header.order(ByteOrder.LITTLE_ENDIAN);
        return new VsockPacket(
                new Address(h.getLong(0), h.getInt(16) & 0xffff_ffffL),
                new Address(h.getLong(8), h.getInt(20) & 0xffff_ffffL),
                h.getShort(28) & 0xffff,
                h.getShort(30) & 0xffff,
                h.getInt(32),
                h.getInt(36),
                h.getInt(40),
                payload);
    }

    /** Bytes of the payload that a header announces: 0 to 2^32-1. */
    public static long payloadLength(ByteBuffer header) {
        return header.order(ByteOrder.LITTLE_ENDIAN).getInt(24) & 0xffff_ffffL;
    }

    /** The packet as it is on the wire. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(source.cid).putLong(destination.cid);
        out.putInt((int) source.port).putInt((int) destination.port).putInt(payload.length);
        out.putShort((short) type)
                .putShort((short) op)
                .putInt(flags)
                .putInt(bufAlloc)
                .putInt(fwdCnt);
        return out.put(payload).array();
    }

    /** The same packet with bytes {@code from} to {@code to} of the payload: a stream may be cut anywhere. */
    public VsockPacket part(int from, int to) {
        return new VsockPacket(
                source, destination, type, op, flags, bufAlloc, fwdCnt, Arrays.copyOfRange(payload, from, to));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsockPacket packet && Arrays.equals(toBytes(), packet.toBytes());
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, destination, op);
    }
}
