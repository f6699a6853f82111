package dev.ravel.net.user;

import dev.ravel.net.KeyHandler;
import dev.ravel.net.tcp.TcpConnection;
import dev.ravel.net.tcp.TcpSegment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Carries the guest's TCP to the outside. The guest's connections end here ({@link TcpConnection}), and each is joined to a
 * socket of the host ({@link TcpBridge}). The guest's SYN is answered when the host's socket is connected, so that it learns
 * who refuses.
 *
 * <p>There are at most {@value #MAX_CONNECTIONS} connections: for one more, the oldest of those that only wait for their end
 * (TIME_WAIT) makes room, and if there is none it is refused. Memory is bounded too: the more there are, the smaller are the
 * buffers of the next. Used by one thread.
 */
final class TcpNat implements AutoCloseable {
    private static final Logger LOG = System.getLogger(TcpNat.class.getName());

    /** The most connections. */
    static final int MAX_CONNECTIONS = 2048;

    /** What the buffers of the first ones share. */
    private static final int BUFFERS = 64 << 20;

    private static final int LARGEST_BUFFER = 1 << 18;
    private static final int SMALLEST_BUFFER = 1 << 14;
    private static final int SCRATCH = 1 << 17;
    /** The gateway's ports from which connections to the guest come: those that nobody is registered for (RFC 6335). */
    private static final int FIRST_PORT = 49_152;

    private static final int LAST_PORT = 65_535;
    private static final long TRIM_NANOS = 10_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Selector selector;
    private final Destinations destinations;
    private final GuestSide guest;
    private final IntSupplier initialSequence;
    /** By flow, the oldest first. */
    private final Map<Flow, TcpBridge> bridges = new LinkedHashMap<>();

    private final Map<Flow, Attempt> attempts = new HashMap<>();
    /** Bridges at which something happened since {@link #work}, or that wait for room on the guest's wire. */
    private final Set<Flow> active = new LinkedHashSet<>();

    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private final long origin = System.nanoTime();
    /** No connection's deadline is before. */
    private long earliest = Long.MAX_VALUE;

    private long trimmed;
    private int nextPort = FIRST_PORT;

    /** The way to the guest. */
    interface GuestSide {
        /** Sends a segment of a flow: see {@link TcpConnection.Wire#send}. */
        void send(Flow flow, TcpSegment segment, int segmentSize);

        /** See {@link TcpConnection.Wire#takesLarge}. */
        boolean takesLarge();

        /** Tells that a segment of the guest's did not arrive. */
        void unreachable(Flow flow, TcpSegment segment, Gateway.Reason reason);

        /** See {@link TcpConnection.Wire#hasRoom}. */
        boolean hasRoom();

        /** See {@link TcpConnection.Wire#ticket}. */
        long ticket();

        /** See {@link TcpConnection.Wire#reached}. */
        boolean reached(long ticket);
    }

    /** A connection that the host's socket has not got yet. */
    private static final class Attempt {
        private final Flow flow;
        private final SocketChannel channel;
        /** The guest's newest. */
        private TcpSegment syn;

        private Attempt(Flow flow, SocketChannel channel, TcpSegment syn) {
            this.flow = flow;
            this.channel = channel;
            this.syn = syn;
        }
    }

    private record FlowWire(GuestSide guest, Flow flow) implements TcpConnection.Wire {
        @Override
        public boolean hasRoom() {
            return guest.hasRoom();
        }

        @Override
        public void send(TcpSegment segment, int segmentSize) {
            guest.send(flow, segment, segmentSize);
        }

        @Override
        public boolean takesLarge() {
            return guest.takesLarge();
        }

        @Override
        public long ticket() {
            return guest.ticket();
        }

        @Override
        public boolean reached(long ticket) {
            return guest.reached(ticket);
        }
    }

    /**
     * No connections yet; {@code selector} is asked by the caller, who calls the {@link KeyHandler}s.
     *
     * @param initialSequence gives numbers that nobody foresees (RFC 6528)
     */
    TcpNat(Selector selector, Destinations destinations, GuestSide guest, IntSupplier initialSequence) {
        this.selector = selector;
        this.destinations = destinations;
        this.guest = guest;
        this.initialSequence = initialSequence;
    }

    private long now() {
        return System.nanoTime() - origin;
    }

    /** Takes a segment from the guest. */
    void receive(Flow flow, TcpSegment segment) {
        Optional<TcpBridge> bridge = Optional.ofNullable(bridges.get(flow));
        if (bridge.isPresent() && !bridge.get().isSucceededBy(segment, now())) {
            bridge.get().connection().receive(segment, now());
            active.add(flow);
            return;
        }
        bridge.ifPresent(_ -> bridges.remove(flow));
        boolean syn = segment.has(TcpSegment.SYN)
                && !segment.has(TcpSegment.ACK)
                && !segment.has(TcpSegment.RST)
                && !segment.has(TcpSegment.FIN);
        Optional<Attempt> attempt = Optional.ofNullable(attempts.get(flow));
        if (!syn) {
            refuse(flow, segment);
        } else if (attempt.isPresent()) {
            attempt.get().syn = segment;
        } else {
            connect(flow, segment);
        }
    }

    private void refuse(Flow flow, TcpSegment segment) {
        segment.refusal().ifPresent(reset -> guest.send(flow, reset, 0));
    }

    private void connect(Flow flow, TcpSegment syn) {
        Optional<InetSocketAddress> target = destinations.of(flow);
        if (target.isEmpty() || !makeRoom()) {
            refuse(flow, syn);
            return;
        }
        try {
            SocketChannel channel = SocketChannel.open();
            try {
                configure(channel);
                Attempt attempt = new Attempt(flow, channel, syn);
                if (channel.connect(target.get())) {
                    join(attempt, channel.register(selector, 0));
                } else {
                    channel.register(
                            selector, SelectionKey.OP_CONNECT, (KeyHandler) key -> finishConnect(attempt, key));
                    attempts.put(flow, attempt);
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            failed(flow, syn, e);
        }
    }

    private boolean makeRoom() {
        if (bridges.size() + attempts.size() < MAX_CONNECTIONS) {
            return true;
        }
        Optional<TcpBridge> over = bridges.values().stream()
                .filter(bridge -> bridge.connection().state() == TcpConnection.State.TIME_WAIT)
                .findFirst();
        over.ifPresent(bridge -> {
            bridge.abort();
            bridges.remove(bridge.flow());
        });
        return over.isPresent();
    }

    /** The guest is told in the way in which its own network would have told. */
    private void failed(Flow flow, TcpSegment syn, IOException e) {
        LOG.log(Level.DEBUG, "TCP to {0}: {1}", flow, e);
        if (flow.address() == UserAddresses.RESOLVER) {
            destinations.resolverFailed();
        }
        switch (e) {
            case ConnectException _ -> refuse(flow, syn);
            case NoRouteToHostException _ -> guest.unreachable(flow, syn, Gateway.Reason.HOST);
            default -> guest.unreachable(flow, syn, Gateway.Reason.NETWORK);
        }
    }

    private void join(Attempt attempt, SelectionKey key) {
        TcpConnection connection = TcpConnection.accept(
                new FlowWire(guest, attempt.flow), attempt.syn, initialSequence.getAsInt(), bufferSize(), now());
        join(new TcpBridge(attempt.flow, connection, attempt.channel, key, scratch), key);
    }

    private void join(TcpBridge bridge, SelectionKey key) {
        key.attach((KeyHandler) ready -> {
            if (ready.isReadable()) {
                bridge.readHost();
            }
            active.add(bridge.flow());
        });
        bridges.put(bridge.flow(), bridge);
        active.add(bridge.flow());
    }

    /** Joins a socket that somebody connected to the host with a connection to the guest's port. */
    void accepted(SocketChannel channel, int guestAddress, int guestPort) throws IOException {
        try {
            if (!makeRoom()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.close();
                return;
            }
            Flow flow = freeFlow(guestAddress, guestPort);
            configure(channel);
            TcpConnection connection = TcpConnection.open(
                    new FlowWire(guest, flow), flow.port(), guestPort, initialSequence.getAsInt(), bufferSize(), now());
            SelectionKey key = channel.register(selector, 0);
            join(new TcpBridge(flow, connection, channel, key, scratch), key);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The guest sees a port of the gateway that it has no connection with. */
    private Flow freeFlow(int guestAddress, int guestPort) {
        while (true) {
            Flow flow = new Flow(guestAddress, guestPort, UserAddresses.GATEWAY, nextPort);
            nextPort = nextPort == LAST_PORT ? FIRST_PORT : nextPort + 1;
            // There are more ports than connections.
            if (!bridges.containsKey(flow) && !attempts.containsKey(flow)) {
                return flow;
            }
        }
    }

    private static void configure(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    private int bufferSize() {
        int share = Integer.highestOneBit(BUFFERS / 2 / (bridges.size() + 1));
        return Math.clamp(share, SMALLEST_BUFFER, LARGEST_BUFFER);
    }

    private void finishConnect(Attempt attempt, SelectionKey key) {
        attempts.remove(attempt.flow);
        try {
            attempt.channel.finishConnect();
            key.interestOps(0);
            join(attempt, key);
        } catch (IOException e) {
            close(attempt);
            failed(attempt.flow, attempt.syn, e);
        }
    }

    private static void close(Attempt attempt) {
        try {
            attempt.channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "TCP to {0}: {1}", attempt.flow, e);
        }
    }

    /** Does what is due and what what came has made possible. */
    void work() {
        long now = now();
        if (now >= earliest) {
            earliest = Long.MAX_VALUE;
            bridges.forEach((flow, bridge) -> {
                if (now >= bridge.connection().deadline()) {
                    bridge.connection().timeout(now);
                    active.add(flow);
                }
                earliest = Math.min(earliest, bridge.connection().deadline());
            });
        }
        List<Flow> round = new ArrayList<>(active);
        active.clear();
        for (Flow flow : round) {
            Optional.ofNullable(bridges.get(flow)).ifPresent(bridge -> pump(flow, bridge, now));
        }
        if (now - trimmed >= TRIM_NANOS) {
            trimmed = now;
            bridges.values().forEach(bridge -> bridge.connection().trim());
        }
    }

    private void pump(Flow flow, TcpBridge bridge, long now) {
        boolean all = bridge.pump(now);
        if (bridge.ended()) {
            bridges.remove(flow);
            return;
        }
        if (!all) {
            active.add(flow);
        }
        earliest = Math.min(earliest, bridge.connection().deadline());
    }

    /** Whether some wait for room on the guest's wire. */
    boolean starved() {
        return !active.isEmpty();
    }

    /** How long to wait for a socket before {@link #work} is called: milliseconds, 0 for as long as it takes. */
    long timeout() {
        return earliest == Long.MAX_VALUE ? 0 : Math.max(0, earliest - now()) / NANOS_PER_MILLI + 1;
    }

    @Override
    public void close() {
        bridges.values().forEach(TcpBridge::abort);
        bridges.clear();
        attempts.values().forEach(TcpNat::close);
        attempts.clear();
    }
}
