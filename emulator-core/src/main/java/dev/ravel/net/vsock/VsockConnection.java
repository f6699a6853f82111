package dev.ravel.net.vsock;

import dev.ravel.net.StreamBuffer;
import dev.ravel.net.vsock.VsockPacket.Address;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A stream of the guest joined to a socket of the host. Neither end is read further than the other has room (virtio 1.3, 5.10.6.3), so a
 * slow reader at one end slows the writer at the other; each direction ends by itself. Used by one thread.
 */
final class VsockConnection {
    private static final Logger LOG = System.getLogger(VsockConnection.class.getName());

    /** Bytes from the guest that are held for the host. */
    static final int BUFFER = 1 << 16;

    /** Bytes of one packet to the guest, at most: as much as a driver's buffers usually hold. */
    private static final int PAYLOAD = 1 << 12;

    private final Address guest;
    private final Address host;
    private final SocketChannel channel;
    private final SelectionKey key;
    /** Used by all, for a moment each. */
    private final ByteBuffer scratch;

    private final StreamBuffer fromGuest = new StreamBuffer(BUFFER, 0);
    private long received;
    /** How many bytes that were handed on the guest knows of. */
    private long told;

    private long sent;
    private int guestBuffer;
    private int guestForwarded;

    private State state;
    /** What is to be said before anything else; 0 is nothing. */
    private int firstWord;

    private boolean creditAsked;
    private boolean askedForCredit;
    private boolean readable;
    /** The guest sends no more, or receives no more: flags of {@link VsockPacket#OP_SHUTDOWN}. */
    private int guestShut;
    /** The same of the host. */
    private int hostShut;

    private int hostShutTold;
    private boolean outputEnded;

    /** Where a connection is. */
    enum State {
        /** The guest asked for it, and the host's socket is not connected yet. */
        CONNECTING,
        /** The guest was asked for it, or is to be. */
        REQUESTED,
        ESTABLISHED,
        /** The guest has done with it; the host gets what there is. */
        DRAINING,
        CLOSED
    }

    /** A connection whose channel does not block; {@code state} is one of the first two. */
    VsockConnection(
            Address guest, Address host, SocketChannel channel, SelectionKey key, State state, ByteBuffer scratch) {
        this.guest = guest;
        this.host = host;
        this.channel = channel;
        this.key = key;
        this.state = state;
        this.scratch = scratch;
        if (state == State.REQUESTED) {
            firstWord = VsockPacket.OP_REQUEST;
        }
    }

    Address guest() {
        return guest;
    }

    Address host() {
        return host;
    }

    SocketChannel channel() {
        return channel;
    }

    State state() {
        return state;
    }

    /** The host's socket is connected, as the guest asked. */
    void connected() {
        state = State.ESTABLISHED;
        firstWord = VsockPacket.OP_RESPONSE;
    }

    /** The host's socket has something. */
    void ready() {
        readable |= (key.readyOps() & SelectionKey.OP_READ) != 0;
    }

    /** Takes a packet of the guest's, other than a request; false if it makes no sense here: the connection is to be reset. */
    boolean receive(VsockPacket packet) {
        heard(packet);
        return switch (packet.op()) {
            case VsockPacket.OP_RESPONSE -> granted();
            case VsockPacket.OP_RW -> state == State.ESTABLISHED && data(packet.payload());
            case VsockPacket.OP_CREDIT_UPDATE -> state == State.ESTABLISHED;
            case VsockPacket.OP_CREDIT_REQUEST -> {
                creditAsked = true;
                yield state == State.ESTABLISHED;
            }
            case VsockPacket.OP_SHUTDOWN -> {
                guestShut |= packet.flags();
                yield state == State.ESTABLISHED;
            }
            default -> false;
        };
    }

    /** What each packet tells, a request too. */
    void heard(VsockPacket packet) {
        guestBuffer = packet.bufAlloc();
        guestForwarded = packet.fwdCnt();
    }

    private boolean granted() {
        if (state != State.REQUESTED || firstWord != 0) {
            return false;
        }
        state = State.ESTABLISHED;
        return true;
    }

    /** Writes {@code OK port} to who asked for the connection; the socket is empty, so it has room. */
    void greet() throws IOException {
        ByteBuffer line = ByteBuffer.wrap(("OK " + host.port() + "\n").getBytes(StandardCharsets.US_ASCII));
        channel.write(line);
        if (line.hasRemaining()) {
            throw new IOException("the socket has no room for an answer");
        }
    }

    private boolean data(byte[] payload) {
        if (received + payload.length - fromGuest.start() > BUFFER || (guestShut & VsockPacket.SHUTDOWN_SEND) != 0) {
            return false;
        }
        fromGuest.put(received, ByteBuffer.wrap(payload));
        received += payload.length;
        return true;
    }

    /** Whether the guest has closed its end. */
    boolean guestClosed() {
        return (guestShut & VsockPacket.SHUTDOWN_RCV) != 0 && (guestShut & VsockPacket.SHUTDOWN_SEND) != 0;
    }

    /** The guest has done with it. */
    void drain() {
        state = State.DRAINING;
        guestShut = VsockPacket.SHUTDOWN_RCV | VsockPacket.SHUTDOWN_SEND;
    }

    /** Hands on to the host what it takes. */
    void flush() {
        if (state != State.ESTABLISHED && state != State.DRAINING) {
            return;
        }
        try {
            while (received > fromGuest.start() && hostReceives()) {
                long held = received - fromGuest.start();
                scratch.clear().limit((int) Math.min(held, scratch.capacity()));
                fromGuest.get(fromGuest.start(), scratch);
                int count = channel.write(scratch.flip());
                fromGuest.discardTo(fromGuest.start() + count);
                if (scratch.hasRemaining()) {
                    break;
                }
            }
            if (received == fromGuest.start() && (guestShut & VsockPacket.SHUTDOWN_SEND) != 0 && !outputEnded) {
                outputEnded = true;
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            // What the host wrote before it left may still be read.
            LOG.log(Level.DEBUG, "vsock: {0} takes no more from {1}: {2}", host, guest, e);
            hostShut |= VsockPacket.SHUTDOWN_RCV;
        }
        if (!hostReceives()) {
            fromGuest.discardTo(received);
        }
        if (state == State.DRAINING && received == fromGuest.start()) {
            close();
        }
    }

    private boolean hostReceives() {
        return (hostShut & VsockPacket.SHUTDOWN_RCV) == 0;
    }

    /**
     * The next packet for the guest, if there is anything to say.
     *
     * @throws IOException if the host's socket has failed
     */
    Optional<VsockPacket> next() throws IOException {
        if (firstWord != 0) {
            int op = firstWord;
            firstWord = 0;
            return Optional.of(packet(op, 0));
        }
        if (state != State.ESTABLISHED) {
            return Optional.empty();
        }
        if (creditAsked || fromGuest.start() - told >= BUFFER / 2) {
            return Optional.of(packet(VsockPacket.OP_CREDIT_UPDATE, 0));
        }
        if (readable && hostSends() && (guestShut & VsockPacket.SHUTDOWN_RCV) == 0) {
            int room = (int) Math.min(guestRoom(), PAYLOAD);
            if (room > 0) {
                askedForCredit = false;
                Optional<VsockPacket> data = read(room);
                if (data.isPresent()) {
                    return data;
                }
            } else if (!askedForCredit) {
                askedForCredit = true;
                return Optional.of(packet(VsockPacket.OP_CREDIT_REQUEST, 0));
            }
        }
        if (hostShut != hostShutTold) {
            hostShutTold = hostShut;
            return Optional.of(packet(VsockPacket.OP_SHUTDOWN, hostShut));
        }
        return Optional.empty();
    }

    private boolean hostSends() {
        return (hostShut & VsockPacket.SHUTDOWN_SEND) == 0;
    }

    /** Bytes that the guest has room for, as far as it told; what it tells may be nonsense. */
    private long guestRoom() {
        long underWay = Integer.toUnsignedLong((int) sent - guestForwarded);
        return Math.max(0, Integer.toUnsignedLong(guestBuffer) - underWay);
    }

    private Optional<VsockPacket> read(int room) throws IOException {
        scratch.clear().limit(Math.min(room, scratch.capacity()));
        int count = channel.read(scratch);
        if (count < 0) {
            hostShut |= VsockPacket.SHUTDOWN_SEND;
        }
        if (count <= 0) {
            readable = false;
            return Optional.empty();
        }
        byte[] payload = new byte[count];
        scratch.flip().get(payload);
        sent += count;
        VsockPacket head = packet(VsockPacket.OP_RW, 0);
        return Optional.of(new VsockPacket(
                head.source(), head.destination(), head.type(), head.op(), 0, head.bufAlloc(), head.fwdCnt(), payload));
    }

    private VsockPacket packet(int op, int flags) {
        creditAsked = false;
        told = fromGuest.start();
        return new VsockPacket(host, guest, VsockPacket.TYPE_STREAM, op, flags, BUFFER, (int) told);
    }

    /** Has the selector look for what the connection waits for. */
    void await() {
        if (!key.isValid()) {
            return;
        }
        key.interestOps(
                switch (state) {
                    case CONNECTING -> SelectionKey.OP_CONNECT;
                    case ESTABLISHED, DRAINING -> waitsForData() | waitsForRoom();
                    case REQUESTED, CLOSED -> 0;
                });
    }

    private int waitsForData() {
        boolean wanted =
                state == State.ESTABLISHED && !readable && hostSends() && (guestShut & VsockPacket.SHUTDOWN_RCV) == 0;
        return wanted ? SelectionKey.OP_READ : 0;
    }

    private int waitsForRoom() {
        return received > fromGuest.start() ? SelectionKey.OP_WRITE : 0;
    }

    /** Closes the host's socket. */
    void close() {
        state = State.CLOSED;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "vsock: {0}: {1}", host, e);
        }
    }
}
