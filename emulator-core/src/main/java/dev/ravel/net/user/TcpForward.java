package dev.ravel.net.user;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A port of the host at which connections to the guest are taken. Used by one thread. */
final class TcpForward implements KeyHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(TcpForward.class.getName());

    /** Connections that are taken before others have their turn. */
    private static final int BATCH = 32;

    private final HostForward forward;
    private final TcpNat nat;
    private final ServerSocketChannel server;

    private TcpForward(HostForward forward, TcpNat nat, ServerSocketChannel server) {
        this.forward = forward;
        this.nat = nat;
        this.server = server;
    }

    /** Takes connections from now on. */
    static TcpForward open(Selector selector, HostForward forward, TcpNat nat) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(forward.listen());
            server.configureBlocking(false);
            TcpForward opened = new TcpForward(forward, nat, server);
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
        try {
            for (int i = 0; i < BATCH; i++) {
                SocketChannel channel = server.accept();
                if (channel == null) {
                    break;
                }
                nat.accepted(channel, forward.guestNumber(), forward.guestPort());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", forward, e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
