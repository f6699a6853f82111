package dev.ravel.net.vsock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The line {@code CONNECT port} by which who came to the Unix socket says whom he wants. What comes after it stays in the socket. */
final class Handshake {
    /** Bytes of the longest line, and some blanks. */
    private static final int LONGEST = 32;

    private static final Pattern LINE = Pattern.compile("CONNECT ([0-9]{1,10})\\s*");

    private final SocketChannel channel;
    private final ByteBuffer line = ByteBuffer.allocate(LONGEST);

    Handshake(SocketChannel channel) {
        this.channel = channel;
    }

    SocketChannel channel() {
        return channel;
    }

    /**
     * The port, if the line is there.
     *
     * @throws IOException if it never will be
     */
    OptionalLong read() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        while (true) {
            int count = channel.read(one.clear());
            if (count == 0) {
                return OptionalLong.empty();
            }
            if (count < 0 || !line.hasRemaining()) {
                throw new IOException("who came did not say CONNECT and a port");
            }
            byte value = one.get(0);
            line.put(value);
            if (value == '\n') {
                return OptionalLong.of(port());
            }
        }
    }

    private long port() throws IOException {
        Matcher parts = LINE.matcher(new String(line.array(), 0, line.position(), StandardCharsets.US_ASCII));
        if (!parts.matches() || !VsockSettings.isPort(Long.parseLong(parts.group(1)))) {
            throw new IOException("who came did not say CONNECT and a port");
        }
        return Long.parseLong(parts.group(1));
    }
}
