package dev.ravel.net.socket;

import dev.ravel.net.Frame;
import dev.ravel.net.ThreadedNetwork;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A wire between this machine and one other, a TCP connection that carries their frames. While nobody is at the other end,
 * frames are lost, as are those that the other does not read in time; a peer is looked for as long as the network is open.
 *
 * <p>One thread does all of it.
 */
public final class SocketNetwork extends ThreadedNetwork {
    private static final Logger LOG = System.getLogger(SocketNetwork.class.getName());

    /** How long the first and the last waits between two attempts are. */
    private static final long SHORTEST_PAUSE = 100_000_000;

    private static final long LONGEST_PAUSE = 5_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final InetSocketAddress address;
    private final Way way;
    /** Whether the peer comes by itself. */
    private final boolean listening;

    private Optional<Peer> peer = Optional.empty();
    private boolean looking;
    /** When to look for a peer, if there is none and none is looked for. */
    private long due = System.nanoTime();

    private long pause = SHORTEST_PAUSE;
    /** Whether it was said what is wrong, since the last frame came. */
    private boolean said;

    /**
     * Opens a network, whose peer may come later.
     *
     * @throws IOException with a text for users, if the address is none of this host's, is taken or is not known
     */
    public static SocketNetwork open(SocketEnd end) throws IOException {
        InetSocketAddress address = end.address().isUnresolved()
                ? new InetSocketAddress(
                        end.address().getHostString(), end.address().getPort())
                : end.address();
        if (address.isUnresolved()) {
            throw new IOException("the host " + address.getHostString() + " is not known");
        }
        Selector selector = Selector.open();
        try {
            SocketNetwork network = switch (end) {
                case SocketEnd.Connect _ ->
                    new SocketNetwork(selector, address, new Connecting(selector, address), false);
                case SocketEnd.Listen _ -> {
                    Listening way = listen(selector, address);
                    yield new SocketNetwork(selector, way.address(), way, true);
                }
            };
            network.startThread();
            return network;
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    private static Listening listen(Selector selector, InetSocketAddress address) throws IOException {
        try {
            return Listening.open(selector, address);
        } catch (IOException e) {
            throw new IOException(
                    "no peer can come to port " + text(address) + ": " + e.getMessage() + "; name another", e);
        }
    }

    private SocketNetwork(Selector selector, InetSocketAddress address, Way way, boolean listening) {
        super(selector, "net-socket");
        this.address = address;
        this.way = way;
        this.listening = listening;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Where the end that waits is. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    protected void work() {
        try {
            while (!closing()) {
                select();
                takeFromGuest(this::send);
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the network {0} ends: {1}", text(address), e.toString());
        } finally {
            peer.ifPresent(SocketNetwork::close);
            close(way);
        }
    }

    private void select() throws IOException {
        if (peer.isPresent() || looking) {
            selector.select(this::ready);
            return;
        }
        long wait = due - System.nanoTime();
        if (wait > 0) {
            selector.select(this::ready, wait / NANOS_PER_MILLI + 1);
        } else {
            looking = true;
            look(way::start);
        }
    }

    private void ready(SelectionKey key) {
        if (peer.isPresent()) {
            exchange(peer.get());
        } else if (looking) {
            look(() -> way.ready(key));
        }
    }

    private void look(Callable<Optional<SocketChannel>> step) {
        try {
            Optional<SocketChannel> found = step.call();
            if (found.isPresent()) {
                peer = Optional.of(Peer.of(found.get(), selector));
                looking = false;
            }
        } catch (Exception e) {
            looking = false;
            complain(e);
            waitAWhile();
        }
    }

    private void waitAWhile() {
        due = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    private void complain(Exception e) {
        LOG.log(
                said ? Level.DEBUG : Level.WARNING,
                listening
                        ? "network: who comes to {0} is refused ({1})"
                        : "network: no peer at {0} ({1}); it is tried again until there is",
                text(address),
                e.getMessage());
        said = true;
    }

    private void exchange(Peer current) {
        try {
            if (!current.read(this::received)) {
                lost(current);
                return;
            }
            current.flush();
        } catch (ProtocolException e) {
            complain(e);
            lost(current);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "network: the peer of {0}: {1}", text(address), e);
            lost(current);
        }
    }

    private void received(byte[] frame) {
        // It is one that knows how to talk.
        said = false;
        pause = SHORTEST_PAUSE;
        // Others do not fit on the guest's wire.
        if (frame.length >= Frame.HEADER && frame.length <= Frame.MAX_SIZE) {
            deliver(Frame.of(frame));
        }
    }

    private void send(List<Frame> frames) {
        if (frames.isEmpty() || peer.isEmpty()) {
            return;
        }
        Peer current = peer.get();
        try {
            for (Frame frame : frames) {
                current.send(frame.bytes());
            }
            current.flush();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "network: the peer of {0}: {1}", text(address), e);
            lost(current);
        }
    }

    private void lost(Peer gone) {
        close(gone);
        peer = Optional.empty();
        if (listening) {
            due = System.nanoTime();
        } else {
            waitAWhile();
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "network: {0}", e.toString());
        }
    }
}
