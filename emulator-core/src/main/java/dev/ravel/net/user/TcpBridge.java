package dev.ravel.net.user;

import dev.ravel.net.tcp.TcpConnection;
import dev.ravel.net.tcp.TcpSegment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A connection of the guest joined to a socket of the host: what comes at one end is handed to the other as that takes it.
 * Neither is read further than the other's buffer goes, so a slow reader at one end slows the writer at the other. Ends and
 * resets are handed on too, each direction by itself.
 */
final class TcpBridge {
    private static final Logger LOG = System.getLogger(TcpBridge.class.getName());

    private final Flow flow;
    private final TcpConnection connection;
    private final SocketChannel channel;
    private final SelectionKey key;
    /** Used by all, for a moment each. */
    private final ByteBuffer scratch;

    private boolean hostEnded;
    private boolean guestEnded;

    /**
     * Joins both.
     *
     * @param key of the channel, which is connected and does not block
     */
    TcpBridge(Flow flow, TcpConnection connection, SocketChannel channel, SelectionKey key, ByteBuffer scratch) {
        this.flow = flow;
        this.connection = connection;
        this.channel = channel;
        this.key = key;
        this.scratch = scratch;
    }

    Flow flow() {
        return flow;
    }

    TcpConnection connection() {
        return connection;
    }

    /** Takes what the socket has, as much as there is room for. */
    void readHost() {
        int room = connection.room();
        if (hostEnded || room == 0) {
            return;
        }
        try {
            scratch.clear().limit(Math.min(room, scratch.capacity()));
            int count = channel.read(scratch);
            if (count < 0) {
                hostEnded = true;
                connection.finish();
            } else {
                connection.write(scratch.flip());
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /**
     * Hands on what can be, both ways.
     *
     * @return whether the guest's wire had room for all of it
     */
    boolean pump(long now) {
        if (channel.isOpen() && !connection.wasReset()) {
            writeHost();
        }
        boolean all = connection.output(now);
        if (connection.wasReset()) {
            reset();
        } else if (hostEnded && guestEnded) {
            close();
        }
        if (channel.isOpen()) {
            key.interestOps((connection.room() > 0 && !hostEnded ? SelectionKey.OP_READ : 0)
                    | (connection.available() > 0 ? SelectionKey.OP_WRITE : 0));
        }
        return all;
    }

    private void writeHost() {
        try {
            while (connection.available() > 0) {
                connection.peek(scratch.clear());
                scratch.flip();
                int count = channel.write(scratch);
                connection.consumed(count);
                if (scratch.hasRemaining()) {
                    break;
                }
            }
            if (connection.inputEnded() && !guestEnded) {
                guestEnded = true;
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        LOG.log(Level.DEBUG, "TCP with {0}: {1}", flow, e);
        connection.abort();
        reset();
    }

    /** Whether nothing is left of it. */
    boolean ended() {
        return connection.state() == TcpConnection.State.CLOSED && !channel.isOpen();
    }

    /** Ends both with a reset. */
    void abort() {
        connection.abort();
        reset();
    }

    /** The host's other end is told by a reset, too. */
    private void reset() {
        try {
            if (channel.isOpen()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "TCP with {0}: {1}", flow, e);
        }
        close();
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "TCP with {0}: {1}", flow, e);
        }
    }

    /** Whether the segment starts a new connection between the same ends, after this one, of which then nothing is left. */
    boolean isSucceededBy(TcpSegment segment, long now) {
        if (!connection.isSucceededBy(segment)) {
            return false;
        }
        pump(now);
        return !channel.isOpen();
    }
}
