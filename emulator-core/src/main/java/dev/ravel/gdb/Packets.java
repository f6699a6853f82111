package dev.ravel.gdb;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Packets of the Remote Serial Protocol (GDB manual, E.1) over a stream. One thread reads, one writes. */
final class Packets {
    /** What arrives when the user wants to interrupt the program. */
    static final String INTERRUPT = "\3";

    /** Bytes of a packet, at most. */
    static final int MOST = 0x4000;

    private final InputStream in;
    private final OutputStream out;
    private volatile boolean acknowledge = true;

    Packets(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** No packet is acknowledged from now on. */
    void stopAcknowledging() {
        acknowledge = false;
    }

    /** The next packet's content, a character for each byte; {@link #INTERRUPT} for the byte outside of packets. */
    String read() throws IOException {
        while (true) {
            int c = next();
            if (c == INTERRUPT.charAt(0)) {
                return INTERRUPT;
            }
            if (c != '$') {
                // An acknowledgement, or what is left of something broken.
                continue;
            }
            StringBuilder content = new StringBuilder();
            int sum = 0;
            for (c = next(); c != '#'; c = next()) {
                if (content.length() == MOST) {
                    throw new IOException("a packet is longer than " + MOST + " bytes");
                }
                sum += c;
                if (c == '}') {
                    c = next();
                    sum += c;
                    c ^= 0x20;
                }
                content.append((char) c);
            }
            boolean right = (sum & 0xff) == (Character.digit(next(), 16) << 4 | Character.digit(next(), 16));
            if (acknowledge) {
                send(right ? "+" : "-");
            }
            if (right || !acknowledge) {
                return content.toString();
            }
        }
    }

    private int next() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new EOFException();
        }
        return c;
    }

    private synchronized void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Sends a packet. */
    void write(String content) throws IOException {
        StringBuilder escaped = new StringBuilder("$");
        int sum = 0;
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (c == '$' || c == '#' || c == '}' || c == '*') {
                escaped.append('}');
                sum += '}';
                c ^= 0x20;
            }
            escaped.append(c);
            sum += c;
        }
        send(escaped.append("#%02x".formatted(sum & 0xff)).toString());
    }
}
