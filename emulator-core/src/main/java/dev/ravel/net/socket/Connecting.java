package dev.ravel.net.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Goes to a peer that waits at an address. */
final class Connecting implements Way {
    private final Selector selector;
    private final InetSocketAddress address;
    private Optional<SocketChannel> attempt = Optional.empty();

    Connecting(Selector selector, InetSocketAddress address) {
        this.selector = selector;
        this.address = address;
    }

    @Override
    public Optional<SocketChannel> start() throws IOException {
        SocketChannel channel = SocketChannel.open();
        attempt = Optional.of(channel);
        try {
            channel.configureBlocking(false);
            if (channel.connect(address)) {
                return found(channel);
            }
            channel.register(selector, SelectionKey.OP_CONNECT);
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Optional<SocketChannel> found(SocketChannel channel) {
        attempt = Optional.empty();
        return Optional.of(channel);
    }

    @Override
    public Optional<SocketChannel> ready(SelectionKey key) throws IOException {
        SocketChannel channel = attempt.orElseThrow();
        try {
            return channel.finishConnect() ? found(channel) : Optional.empty();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (attempt.isPresent()) {
            attempt.get().close();
            attempt = Optional.empty();
        }
    }
}
