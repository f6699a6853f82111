package dev.ravel.net;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A port or a Unix socket of the host at which connections to the guest are taken. When the host cannot take one, as with no file descriptor left,
 * those who wait stay ready: the port is then not looked at for a while. Used by one thread.
 */
public final class ListeningPort implements KeyHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(ListeningPort.class.getName());

    /** Connections that are taken before others have their turn. */
    private static final int BATCH = 32;

    /** How long the port is not looked at. */
    public static final long PAUSE_NANOS = 100_000_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String label;
    private final Taker taker;
    private final ServerSocketChannel server;
    private final Host host;
    /** Whether it was said that the host takes nobody. */
    private boolean said;
    /** The port's key while it is not looked at, until {@link #resumed}. */
    private Optional<SelectionKey> paused = Optional.empty();

    private long resumed;

    /**
     * What the host gives.
     *
     * @param acceptor takes a connection
     * @param nanoTime see {@link System#nanoTime}
     */
    public record Host(Acceptor acceptor, LongSupplier nanoTime) {
        /** The real one. */
        public static final Host REAL = new Host(server -> Optional.ofNullable(server.accept()), System::nanoTime);
    }

    /** Takes a connection, if one waits: see {@link ServerSocketChannel#accept}. */
    @FunctionalInterface
    public interface Acceptor {
        /** Takes it. */
        Optional<SocketChannel> accept(ServerSocketChannel server) throws IOException;
    }

    /** What becomes of a connection, which blocks as a new one does. */
    @FunctionalInterface
    public interface Taker {
        /** Has it from now on; if it throws, the port closes it. */
        void take(SocketChannel channel) throws IOException;
    }

    private ListeningPort(String label, Taker taker, ServerSocketChannel server, Host host) {
        this.label = label;
        this.taker = taker;
        this.server = server;
        this.host = host;
    }

    /**
     * Takes connections from now on.
     *
     * @param label what it is called in messages
     */
    public static ListeningPort open(Selector selector, SocketAddress address, String label, Taker taker, Host host)
            throws IOException {
        ServerSocketChannel server = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            server.bind(address);
            server.configureBlocking(false);
            ListeningPort opened = new ListeningPort(label, taker, server, host);
            server.register(selector, SelectionKey.OP_ACCEPT, opened);
            return opened;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Where it is. */
    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    @Override
    public void ready(SelectionKey key) {
        for (int i = 0; i < BATCH; i++) {
            Optional<SocketChannel> channel;
            try {
                channel = host.acceptor().accept(server);
            } catch (IOException | RuntimeException e) {
                pause(key, e);
                break;
            }
            if (channel.isEmpty()) {
                said = false;
                break;
            }
            take(channel.get());
        }
    }

    private void take(SocketChannel channel) {
        try {
            taker.take(channel);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", label, e);
            close(channel);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, label + " lost a connection", e);
            close(channel);
        }
    }

    private void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", label, e);
        }
    }

    private void pause(SelectionKey key, Exception e) {
        LOG.log(
                said ? Level.DEBUG : Level.WARNING,
                "{0}: the host takes no connection ({1}); those who wait are taken when it does",
                label,
                e.getMessage());
        said = true;
        key.interestOps(0);
        paused = Optional.of(key);
        resumed = host.nanoTime().getAsLong() + PAUSE_NANOS;
    }

    /** How long to wait for a socket before {@link #work} is called: milliseconds, 0 for as long as it takes. */
    public long timeout() {
        return paused.isEmpty() ? 0 : Math.max(0, resumed - host.nanoTime().getAsLong()) / NANOS_PER_MILLI + 1;
    }

    /** The shortest {@link #timeout} of some ports: milliseconds, 0 for as long as it takes. */
    public static long timeout(List<ListeningPort> ports) {
        return ports.stream()
                .mapToLong(ListeningPort::timeout)
                .filter(timeout -> timeout > 0)
                .min()
                .orElse(0);
    }

    /** Looks at the port again when it is time. */
    public void work() {
        if (paused.isPresent() && host.nanoTime().getAsLong() - resumed >= 0) {
            paused.get().interestOps(SelectionKey.OP_ACCEPT);
            paused = Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
