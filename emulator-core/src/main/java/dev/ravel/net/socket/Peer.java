package dev.ravel.net.socket;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * Who is at the other end. On the connection each frame follows its length, 4 bytes with the highest first, as QEMU's
 * {@code -netdev stream} and {@code -netdev socket} have it. Used by one thread.
 */
final class Peer implements AutoCloseable {
    /** The most bytes of a frame, whatever becomes of it. */
    static final int LARGEST = 65_550;

    private static final int LENGTH = Integer.BYTES;
    /** What waits for a peer that reads slowly. */
    private static final int OUT = 1 << 18;

    private static final int IN = 1 << 17;
    /** Reads before others have their turn. */
    private static final int BATCH = 8;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocate(IN);
    private final ByteBuffer out = ByteBuffer.allocate(OUT);

    private Peer(SocketChannel channel, SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /** The peer of a connection, which is the peer's from now on. */
    static Peer of(SocketChannel channel, Selector selector) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            return new Peer(channel, channel.register(selector, SelectionKey.OP_READ));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Has a frame wait for {@link #flush}, or drops it if too much waits. */
    void send(byte[] frame) {
        if (out.remaining() >= LENGTH + frame.length) {
            out.putInt(frame.length).put(frame);
        }
    }

    /** Writes as much as the host takes; the key is ready when it takes the rest. */
    void flush() throws IOException {
        if (out.position() > 0) {
            channel.write(out.flip());
            out.compact();
        }
        key.interestOps(out.position() > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /**
     * Reads what came.
     *
     * @param frames takes each whole frame
     * @return false if the peer has left
     * @throws ProtocolException if it sends what is no frame
     */
    boolean read(Consumer<byte[]> frames) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            int count = channel.read(in);
            if (count <= 0) {
                return count == 0;
            }
            in.flip();
            while (in.remaining() >= LENGTH) {
                int length = in.getInt(in.position());
                if (length <= 0 || length > LARGEST) {
                    throw new ProtocolException("it sends a frame of " + Integer.toUnsignedString(length) + " bytes");
                }
                if (in.remaining() < LENGTH + length) {
                    break;
                }
                byte[] frame = new byte[length];
                in.position(in.position() + LENGTH).get(frame);
                frames.accept(frame);
            }
            in.compact();
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
