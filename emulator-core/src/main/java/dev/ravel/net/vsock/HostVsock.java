package dev.ravel.net.vsock;

import dev.ravel.net.KeyHandler;
import dev.ravel.net.ListeningPort;
import dev.ravel.net.SelectorThread;
import dev.ravel.net.vsock.VsockConnection.State;
import dev.ravel.net.vsock.VsockPacket.Address;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The host as the guest's sockets see it. One thread does all of it: it has the guest's packets and the host's sockets only, and hands
 * packets for the guest to a bounded queue, from which the device takes them at instruction boundaries. The guest reaches nothing
 * but what the settings name.
 */
public final class HostVsock extends SelectorThread implements VsockPort {
    private static final Logger LOG = System.getLogger(HostVsock.class.getName());

    /** Sockets of the host at once. */
    static final int MOST = 1024;

    /** Resets that wait for room in the queue to the guest, about; with so many, no more packets are taken from it. */
    private static final int MOST_RESETS = 256;

    /** The ports of the host that stand for those who come to the guest: they count on from here. */
    private static final long FIRST_PORT = 1L << 30;

    private static final long LAST_PORT = (1L << 31) - 1;
    private static final int SCRATCH = 1 << 16;

    private final VsockSettings settings;
    private final Map<Long, InetSocketAddress> guestForwards = new HashMap<>();
    private final HostPorts ports;
    private final PacketQueue fromGuest = new PacketQueue();
    private final PacketQueue toGuest = new PacketQueue();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);

    /** Those that the guest knows of. */
    private final Map<Stream, VsockConnection> connections = new HashMap<>();
    /** All, each once, in the order in which they have their turns. */
    private final Queue<VsockConnection> turns = new ArrayDeque<>();

    private final Set<SocketChannel> visitors = new HashSet<>();
    private final Queue<VsockPacket> resets = new ArrayDeque<>();
    private long nextPort = FIRST_PORT;
    /** The driver's session that the connections are of. */
    private long worked;

    /** Changed with the device lock held. */
    private final AtomicLong session = new AtomicLong();

    private volatile boolean started;
    /** Somebody waits for room in the queue to the guest. */
    private volatile boolean starved;

    private volatile Runnable listener = () -> {};

    /** The ports of a connection. */
    private record Stream(long hostPort, long guestPort) {}

    /**
     * Opens the host's side.
     *
     * @throws IOException with a text for users, if the Unix socket cannot be made or a port is taken
     */
    public static HostVsock open(VsockSettings settings) throws IOException {
        return open(settings, ListeningPort.Host.REAL);
    }

    /** With connections as that host gives them. */
    static HostVsock open(VsockSettings settings, ListeningPort.Host host) throws IOException {
        Selector selector = Selector.open();
        try {
            HostVsock vsock = new HostVsock(settings, selector, host);
            vsock.ports.open(vsock::visited, vsock::toGuest);
            vsock.startThread();
            return vsock;
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    private HostVsock(VsockSettings settings, Selector selector, ListeningPort.Host host) {
        super(selector, "vsock");
        this.settings = settings;
        this.ports = new HostPorts(settings, selector, host);
        settings.guestForwards().forEach(forward -> guestForwards.put(forward.port(), forward.connect()));
    }

    /** Where the host's ports that are the guest's are, in the order of the settings. */
    public List<InetSocketAddress> forwarded() {
        return ports.forwarded();
    }

    // What the device does.

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void reset() {
        started = false;
        long fresh = session.incrementAndGet();
        fromGuest.clear(fresh);
        toGuest.clear(fresh);
        selector.wakeup();
    }

    @Override
    public boolean congested() {
        return fromGuest.isFull();
    }

    @Override
    public void send(VsockPacket packet) {
        fromGuest.add(session.get(), packet);
        selector.wakeup();
    }

    @Override
    public Optional<VsockPacket> receive() {
        Optional<VsockPacket> packet = toGuest.poll(session.get());
        if (starved && toGuest.isHalfEmpty()) {
            starved = false;
            selector.wakeup();
        }
        return packet;
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    // What the thread does.

    @Override
    protected void work() {
        try {
            while (!closing()) {
                select();
                newSession();
                take();
                give();
                turns.removeIf(connection -> connection.state() == State.CLOSED);
                turns.forEach(connection -> attempt(connection, connection::await));
                ports.work();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "the host's side of vsock ends", e);
        } finally {
            turns.forEach(VsockConnection::close);
            visitors.forEach(HostVsock::close);
            ports.close();
        }
    }

    private void select() throws IOException {
        if (starved && toGuest.isHalfEmpty()) {
            // What made room did not see that it was waited for.
            selector.selectNow(HostVsock::ready);
        } else {
            selector.select(HostVsock::ready, ports.timeout());
        }
    }

    private static void ready(SelectionKey key) {
        if (key.isValid()) {
            ((KeyHandler) key.attachment()).ready(key);
        }
    }

    private void newSession() {
        long now = session.get();
        if (now != worked) {
            worked = now;
            turns.forEach(connection -> {
                visitors.remove(connection.channel());
                connection.close();
            });
            turns.clear();
            connections.clear();
            resets.clear();
        }
    }

    private void take() {
        boolean any = false;
        while (resets.size() < MOST_RESETS) {
            Optional<VsockPacket> packet = fromGuest.poll(worked);
            if (packet.isEmpty()) {
                break;
            }
            any = true;
            receive(packet.get());
        }
        if (any) {
            // The device may have been told to wait.
            listener.run();
        }
    }

    private void receive(VsockPacket packet) {
        if (packet.source().cid() != settings.cid()) {
            return;
        }
        if (packet.type() != VsockPacket.TYPE_STREAM || packet.destination().cid() != VsockSettings.HOST_CID) {
            refuse(packet);
            return;
        }
        Stream stream = new Stream(packet.destination().port(), packet.source().port());
        Optional<VsockConnection> known = Optional.ofNullable(connections.get(stream));
        if (known.isPresent()) {
            attempt(known.get(), () -> receive(known.get(), packet));
        } else if (packet.op() == VsockPacket.OP_REQUEST) {
            request(packet);
        } else {
            refuse(packet);
        }
    }

    /** Nothing of that kind is here; what says so is not answered. */
    private void refuse(VsockPacket packet) {
        if (packet.op() != VsockPacket.OP_RST) {
            resets.add(
                    new VsockPacket(packet.destination(), packet.source(), packet.type(), VsockPacket.OP_RST, 0, 0, 0));
        }
    }

    private void receive(VsockConnection connection, VsockPacket packet) throws IOException {
        boolean greeted = connection.state() == State.REQUESTED && visitors.contains(connection.channel());
        if (packet.op() == VsockPacket.OP_RST) {
            forget(connection);
            drain(connection);
        } else if (!connection.receive(packet)) {
            reset(connection);
        } else if (connection.guestClosed()) {
            forget(connection);
            refuse(packet);
            drain(connection);
        } else if (greeted) {
            visitors.remove(connection.channel());
            connection.greet();
        }
    }

    /** What is done with a connection. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** A connection that fails, however it does, is reset, and the others go on. */
    private void attempt(VsockConnection connection, Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            failed(connection, e);
        }
    }

    private void failed(VsockConnection connection, Exception e) {
        tell(connection.host(), e);
        if (connection.state() == State.DRAINING || connection.state() == State.CLOSED) {
            // The guest has done with it, and may have another one at its ports.
            connection.close();
        } else {
            reset(connection);
            // Where the thread is in its round, nothing else may make it say so.
            selector.wakeup();
        }
    }

    /** Sockets fail every day, in known ways; any other way is to be seen. */
    private static void tell(Object who, Exception e) {
        if (e instanceof IOException) {
            LOG.log(Level.DEBUG, "vsock: {0}: {1}", who, e);
        } else {
            LOG.log(Level.ERROR, "vsock lost a connection", e);
        }
    }

    private void forget(VsockConnection connection) {
        connections.remove(
                new Stream(connection.host().port(), connection.guest().port()));
        visitors.remove(connection.channel());
    }

    private static void drain(VsockConnection connection) {
        if (connection.state() == State.ESTABLISHED) {
            connection.drain();
            connection.flush();
        } else {
            connection.close();
        }
    }

    private void reset(VsockConnection connection) {
        forget(connection);
        connection.close();
        resets.add(new VsockPacket(
                connection.host(), connection.guest(), VsockPacket.TYPE_STREAM, VsockPacket.OP_RST, 0, 0, 0));
    }

    /** The guest wants to be connected. */
    private void request(VsockPacket packet) {
        Optional<SocketAddress> to = address(packet.destination().port());
        if (to.isEmpty() || isCrowded()) {
            refuse(packet);
            return;
        }
        SocketAddress address = to.get();
        try {
            SocketChannel channel = address instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            try {
                channel.configureBlocking(false);
                boolean connected = channel.connect(address);
                if (!connected && address instanceof UnixDomainSocketAddress) {
                    throw new IOException("too many wait there already");
                }
                VsockConnection connection = join(channel, packet.source(), packet.destination(), State.CONNECTING);
                connection.heard(packet);
                if (connected) {
                    connection.connected();
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "vsock: nobody at {0}: {1}", address, e);
            refuse(packet);
        }
    }

    private Optional<SocketAddress> address(long port) {
        Optional<SocketAddress> tcp = Optional.ofNullable(guestForwards.get(port));
        return tcp.or(() -> settings.path()
                .map(path -> path.resolveSibling(path.getFileName() + "_" + port))
                .filter(Files::exists)
                .map(UnixDomainSocketAddress::of));
    }

    private boolean isCrowded() {
        return turns.size() + visitors.size() >= MOST;
    }

    private VsockConnection join(SocketChannel channel, Address guest, Address host, State state) throws IOException {
        SelectionKey key = channel.register(selector, 0);
        VsockConnection connection = new VsockConnection(guest, host, channel, key, state, scratch);
        key.attach((KeyHandler) _ -> attempt(connection, () -> ready(connection)));
        connections.put(new Stream(host.port(), guest.port()), connection);
        turns.add(connection);
        return connection;
    }

    private static void ready(VsockConnection connection) throws IOException {
        if (connection.state() != State.CONNECTING) {
            connection.ready();
        } else if (connection.channel().finishConnect()) {
            connection.connected();
        }
    }

    /** Somebody came to the Unix socket. */
    private void visited(SocketChannel channel) throws IOException {
        if (isCrowded()) {
            channel.close();
            return;
        }
        channel.configureBlocking(false);
        Handshake handshake = new Handshake(channel);
        channel.register(selector, SelectionKey.OP_READ, (KeyHandler) key -> greet(handshake, key));
        visitors.add(channel);
    }

    private void greet(Handshake handshake, SelectionKey key) {
        try {
            OptionalLong port = handshake.read();
            if (port.isPresent()) {
                key.interestOps(0);
                // It stays a visitor until the guest has taken it, and is told then.
                toGuest(handshake.channel(), port.getAsLong());
            }
        } catch (IOException | RuntimeException e) {
            tell(handshake.channel(), e);
            visitors.remove(handshake.channel());
            close(handshake.channel());
        }
    }

    /** Somebody wants to be connected to the guest. */
    private void toGuest(SocketChannel channel, long guestPort) throws IOException {
        if (!started || turns.size() >= MOST) {
            visitors.remove(channel);
            channel.close();
            return;
        }
        channel.configureBlocking(false);
        newSession();
        join(
                channel,
                new Address(settings.cid(), guestPort),
                new Address(VsockSettings.HOST_CID, freePort(guestPort)),
                State.REQUESTED);
    }

    private long freePort(long guestPort) {
        do {
            nextPort = nextPort == LAST_PORT ? FIRST_PORT : nextPort + 1;
        } while (connections.containsKey(new Stream(nextPort, guestPort)));
        return nextPort;
    }

    /** Hands packets to the guest's queue while it has room, one of each connection in turn. */
    private void give() {
        turns.forEach(connection -> attempt(connection, connection::flush));
        boolean any = false;
        boolean more = true;
        // A connection that fails in its turn is reset, which has to be said too: nothing else wakes the thread for
        // that.
        while ((more || !resets.isEmpty()) && !toGuest.isFull()) {
            more = false;
            while (!resets.isEmpty() && !toGuest.isFull()) {
                toGuest.add(worked, resets.remove());
                any = true;
            }
            for (int left = turns.size(); left > 0 && !toGuest.isFull(); left--) {
                VsockConnection connection = turns.remove();
                turns.add(connection);
                Optional<VsockPacket> packet = next(connection);
                packet.ifPresent(next -> toGuest.add(worked, next));
                more |= packet.isPresent();
            }
            any |= more;
        }
        starved = toGuest.isFull();
        if (any) {
            listener.run();
        }
    }

    private Optional<VsockPacket> next(VsockConnection connection) {
        try {
            return connection.next();
        } catch (IOException | RuntimeException e) {
            failed(connection, e);
            return Optional.empty();
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "vsock: {0}", e.toString());
        }
    }
}
