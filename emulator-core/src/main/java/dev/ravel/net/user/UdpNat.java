package dev.ravel.net.user;

import dev.ravel.net.KeyHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Carries the guest's UDP to the outside. Each flow has a socket of its own on the host, connected to the other end: so
 * answers come from there only, and the host tells when nobody listens. A flow ends when it was idle for a minute, or
 * when there are too many and it was idle longest. Used by one thread.
 */
final class UdpNat implements AutoCloseable {
    private static final Logger LOG = System.getLogger(UdpNat.class.getName());

    /** The most sockets. */
    static final int MAX_FLOWS = 256;

    private static final long IDLE_NANOS = 60_000_000_000L;
    /** How often idle ones are looked for. */
    private static final long LOOK_MILLIS = 10_000;
    /** Datagrams that are read from one socket before others have their turn. */
    private static final int BATCH = 32;

    private final Selector selector;
    private final Destinations destinations;
    private final Answers answers;
    /** By flow, the one that was idle longest first. */
    private final Map<Flow, Socket> sockets = new LinkedHashMap<>(16, 0.75f, true);

    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    /** Who is told of what comes back. */
    interface Answers {
        /** An answer came. */
        void reply(Flow flow, byte[] payload);

        /** A datagram of this flow did not arrive. */
        void unreachable(Flow flow, Gateway.Reason reason);
    }

    /** The host's end of a flow. */
    private static final class Socket {
        private final Flow flow;
        private final DatagramChannel channel;
        private long lastUsed = System.nanoTime();

        private Socket(Flow flow, DatagramChannel channel) {
            this.flow = flow;
            this.channel = channel;
        }
    }

    /** No flows yet; {@code selector} is asked by the caller, who calls the {@link KeyHandler}s. */
    UdpNat(Selector selector, Destinations destinations, Answers answers) {
        this.selector = selector;
        this.destinations = destinations;
        this.answers = answers;
    }

    /** Sends a datagram; if that cannot be, the reason. */
    Optional<Gateway.Reason> send(Flow flow, byte[] payload) {
        Optional<Socket> known = Optional.ofNullable(sockets.get(flow));
        if (known.isEmpty()) {
            Optional<InetSocketAddress> target = destinations.of(flow);
            if (target.isEmpty()) {
                return Optional.of(Gateway.Reason.PORT);
            }
            known = open(flow, target.get());
            if (known.isEmpty()) {
                return Optional.of(Gateway.Reason.NETWORK);
            }
        }
        Socket socket = known.get();
        socket.lastUsed = System.nanoTime();
        try {
            // A host that has no room loses it, as a network does.
            socket.channel.write(ByteBuffer.wrap(payload));
            return Optional.empty();
        } catch (PortUnreachableException e) {
            // An earlier one did not arrive, and this one was not sent.
            lost(socket);
            return Optional.of(Gateway.Reason.PORT);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "UDP to {0}: {1}", flow, e);
            forget(socket);
            return Optional.of(Gateway.Reason.NETWORK);
        }
    }

    private Optional<Socket> open(Flow flow, InetSocketAddress target) {
        if (sockets.size() == MAX_FLOWS) {
            forget(sockets.values().iterator().next());
        }
        try {
            DatagramChannel channel = DatagramChannel.open();
            try {
                channel.configureBlocking(false);
                channel.connect(target);
                Socket socket = new Socket(flow, channel);
                channel.register(selector, SelectionKey.OP_READ, (KeyHandler) _ -> ready(socket));
                sockets.put(flow, socket);
                return Optional.of(socket);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "UDP to {0}: {1}", flow, e);
            return Optional.empty();
        }
    }

    private void ready(Socket socket) {
        try {
            for (int i = 0; i < BATCH; i++) {
                buffer.clear();
                if (socket.channel.receive(buffer) == null) {
                    break;
                }
                socket.lastUsed = System.nanoTime();
                if (buffer.position() <= UdpDatagram.MAX_PAYLOAD) {
                    answers.reply(socket.flow, Arrays.copyOf(buffer.array(), buffer.position()));
                }
            }
        } catch (PortUnreachableException e) {
            lost(socket);
            answers.unreachable(socket.flow, Gateway.Reason.PORT);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "UDP from {0}: {1}", socket.flow, e);
            forget(socket);
        }
    }

    private void lost(Socket socket) {
        if (socket.flow.address() == UserAddresses.RESOLVER) {
            destinations.resolverFailed();
            forget(socket);
        }
    }

    /** How long to wait for a socket before {@link #expire} is called: milliseconds, 0 for as long as it takes. */
    long timeout() {
        return sockets.isEmpty() ? 0 : LOOK_MILLIS;
    }

    /** Ends the flows that were idle for long. */
    void expire() {
        long now = System.nanoTime();
        for (Iterator<Socket> all = sockets.values().iterator(); all.hasNext(); ) {
            Socket socket = all.next();
            if (now - socket.lastUsed > IDLE_NANOS) {
                all.remove();
                close(socket);
            }
        }
    }

    private void forget(Socket socket) {
        sockets.remove(socket.flow);
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "UDP to {0}: {1}", socket.flow, e);
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(UdpNat::close);
        sockets.clear();
    }
}
