package dev.ravel.net.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Takes who comes to a port, when it is looked for; others wait there. */
final class Listening implements Way {
    private final ServerSocketChannel server;
    private final SelectionKey key;

    private Listening(ServerSocketChannel server, SelectionKey key) {
        this.server = server;
        this.key = key;
    }

    static Listening open(Selector selector, InetSocketAddress address) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(address);
            server.configureBlocking(false);
            return new Listening(server, server.register(selector, 0));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    @Override
    public Optional<SocketChannel> start() {
        key.interestOps(SelectionKey.OP_ACCEPT);
        return Optional.empty();
    }

    @Override
    public Optional<SocketChannel> ready(SelectionKey ready) throws IOException {
        // If it fails, who waits stays ready: that is not to be asked again at once.
        key.interestOps(0);
        Optional<SocketChannel> peer = Optional.ofNullable(server.accept());
        return peer.isPresent() ? peer : start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
