package dev.ravel.net.vsock;

import dev.ravel.net.ListeningPort;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Where programs of the host come to the guest: the Unix socket, and ports of TCP. Used by one thread, once they are opened. */
final class HostPorts implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HostPorts.class.getName());

    private final VsockSettings settings;
    private final Selector selector;
    private final ListeningPort.Host host;
    private final List<ListeningPort> ports = new ArrayList<>();
    private final List<InetSocketAddress> forwarded = new ArrayList<>();

    /** Has who came to a port that is the guest's, as {@link ListeningPort.Taker} does. */
    @FunctionalInterface
    interface Guest {
        void take(SocketChannel channel, long guestPort) throws IOException;
    }

    HostPorts(VsockSettings settings, Selector selector, ListeningPort.Host host) {
        this.settings = settings;
        this.selector = selector;
        this.host = host;
    }

    /** Opens all of them, or none: the error says which could not be. */
    void open(ListeningPort.Taker visited, Guest guest) throws IOException {
        try {
            openAll(visited, guest);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void openAll(ListeningPort.Taker visited, Guest guest) throws IOException {
        if (settings.path().isPresent()) {
            Path path = settings.path().get();
            try {
                removeLeftOver(path);
                ports.add(listen(UnixDomainSocketAddress.of(path), path.toString(), visited));
            } catch (IOException e) {
                throw new IOException(
                        "the socket " + path + " cannot be made: " + e.getMessage() + "; name another", e);
            }
        }
        for (VsockSettings.HostForward forward : settings.hostForwards()) {
            String label = "tcp " + forward.listen().getHostString() + ":"
                    + forward.listen().getPort();
            try {
                ListeningPort port =
                        listen(forward.listen(), label, channel -> guest.take(channel, forward.guestPort()));
                ports.add(port);
                forwarded.add((InetSocketAddress) port.address());
            } catch (IOException e) {
                throw new IOException(
                        "the host's port " + label + " cannot be the guest's: " + e.getMessage() + "; name another", e);
            }
        }
    }

    private ListeningPort listen(SocketAddress address, String label, ListeningPort.Taker taker) throws IOException {
        return ListeningPort.open(selector, address, label, taker, host);
    }

    /** A socket at which nobody takes connections is that of a process that was killed. */
    private static void removeLeftOver(Path path) throws IOException {
        if (!Files.exists(path)
                || !Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            return;
        }
        try (SocketChannel somebody = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            LOG.log(Level.DEBUG, "vsock: {0} is in use", somebody);
        } catch (IOException e) {
            Files.deleteIfExists(path);
        }
    }

    /** Where the ports of TCP are, in the order of the settings. */
    List<InetSocketAddress> forwarded() {
        return List.copyOf(forwarded);
    }

    /** How long to wait for a socket before {@link #work} is called: milliseconds, 0 for as long as it takes. */
    long timeout() {
        return ListeningPort.timeout(ports);
    }

    /** Does what is due. */
    void work() {
        ports.forEach(ListeningPort::work);
    }

    @Override
    public void close() {
        ports.forEach(HostPorts::close);
        // The socket is the first port, if it could be made at all.
        if (!ports.isEmpty()) {
            settings.path().ifPresent(path -> close(() -> Files.deleteIfExists(path)));
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
