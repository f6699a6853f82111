package dev.ravel.net.user;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A port of the host at which connections to the guest are taken. When the host cannot take one, as with no file descriptor left,
 * those who wait stay ready: the port is then not looked at for a while. Used by one thread.
 */
final class TcpForward implements KeyHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(TcpForward.class.getName());

    /** Connections that are taken before others have their turn. */
    private static final int BATCH = 32;

    /** How long the port is not looked at. */
    static final long PAUSE_NANOS = 100_000_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final HostForward forward;
    private final TcpNat nat;
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
    record Host(Acceptor acceptor, LongSupplier nanoTime) {
        /** The real one. */
        static final Host REAL = new Host(server -> Optional.ofNullable(server.accept()), System::nanoTime);
    }

    /** Takes a connection, if one waits: see {@link ServerSocketChannel#accept}. */
    @FunctionalInterface
    interface Acceptor {
        Optional<SocketChannel> accept(ServerSocketChannel server) throws IOException;
    }

    private TcpForward(HostForward forward, TcpNat nat, ServerSocketChannel server, Host host) {
        this.forward = forward;
        this.nat = nat;
        this.server = server;
        this.host = host;
    }

    /** Takes connections from now on. */
    static TcpForward open(Selector selector, HostForward forward, TcpNat nat, Host host) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(forward.listen());
            server.configureBlocking(false);
            TcpForward opened = new TcpForward(forward, nat, server, host);
            server.register(selector, SelectionKey.OP_ACCEPT, opened);
            return opened;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    @Override
    public void ready(SelectionKey key) {
        for (int i = 0; i < BATCH; i++) {
            Optional<SocketChannel> channel;
            try {
                channel = host.acceptor().accept(server);
            } catch (IOException e) {
                pause(key, e);
                break;
            }
            if (channel.isEmpty()) {
                said = false;
                break;
            }
            try {
                nat.accepted(channel.get(), forward.guestNumber(), forward.guestPort());
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "{0}: {1}", forward, e);
            }
        }
    }

    private void pause(SelectionKey key, IOException e) {
        LOG.log(
                said ? Level.DEBUG : Level.WARNING,
                "{0}: the host takes no connection ({1}); those who wait are taken when it does",
                forward,
                e.getMessage());
        said = true;
        key.interestOps(0);
        paused = Optional.of(key);
        resumed = host.nanoTime().getAsLong() + PAUSE_NANOS;
    }

    /** How long to wait for a socket before {@link #work} is called: milliseconds, 0 for as long as it takes. */
    long timeout() {
        return paused.isEmpty() ? 0 : Math.max(0, resumed - host.nanoTime().getAsLong()) / NANOS_PER_MILLI + 1;
    }

    /** Looks at the port again when it is time. */
    void work() {
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
