package dev.ravel.net.socket;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** How a peer is found. Between {@link #start} and the peer, or an error, there is one search. */
interface Way extends AutoCloseable {
    /**
     * Starts to look for a peer.
     *
     * @return the peer, if it is there at once
     */
    Optional<SocketChannel> start() throws IOException;

    /**
     * Goes on, as a key that was registered is ready.
     *
     * @return the peer, if it is there now
     */
    Optional<SocketChannel> ready(SelectionKey key) throws IOException;

    @Override
    void close() throws IOException;
}
