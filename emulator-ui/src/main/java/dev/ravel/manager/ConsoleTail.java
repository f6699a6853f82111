package dev.ravel.manager;

import dev.ravel.session.ConsoleStream;
import dev.ravel.session.GuestConsole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The last that a guest has printed: for a picture of its console, and for a window that is opened later. */
final class ConsoleTail {
    private static final int KEPT = 1 << 16;

    /** Of these the screen is made: control sequences can make a line long. */
    private static final int LOOKED_AT = 1 << 13;

    private static final long CONGESTED_MILLIS = 2;

    private static final char ESCAPE = 0x1b;

    private final byte[] ring = new byte[KEPT];
    private long total;

    /** Passes on what comes, to those who have opened this. */
    private final GuestConsole relay = new GuestConsole();

    /** Reads a console to its end, on a thread of its own. */
    void follow(GuestConsole.Output console) {
        Thread.ofVirtual().name("console-tail").start(() -> {
            byte[] buffer = new byte[8192];
            try {
                for (int n = console.read(buffer); n >= 0; n = console.read(buffer)) {
                    append(buffer, n);
                    // A window that is far behind holds the guest back by this console's own output.
                    while (relay.congested() && !console.closed()) {
                        Thread.sleep(CONGESTED_MILLIS);
                    }
                }
            } catch (IOException | InterruptedException e) {
                // The console was closed: nothing more to read.
            } finally {
                relay.close();
            }
        });
    }

    synchronized void append(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            ring[(int) (total++ % KEPT)] = bytes[i];
            relay.output(bytes[i]);
        }
    }

    /** What was printed last, and from there on, with nothing missing in between. */
    synchronized ConsoleStream open() {
        return new ConsoleStream(text(), relay.openOutput());
    }

    /** The last bytes as text, control sequences included. */
    String text() {
        return last(KEPT);
    }

    private synchronized String last(int most) {
        int count = (int) Math.min(total, most);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = ring[(int) ((total - count + i) % KEPT)];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The last lines, as far as columns reach, without control sequences. */
    List<String> screen(int rows, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int column = 0;
        String text = last(LOOKED_AT);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                i = endOfSequence(text, i);
            } else if (c == '\n') {
                lines.add(line.toString());
                line.setLength(0);
                column = 0;
            } else if (c == '\r') {
                column = 0;
            } else if (c == '\b') {
                column = Math.max(0, column - 1);
            } else if (c >= ' ' || c == '\t') {
                char shown = c == '\t' ? ' ' : c;
                if (column < line.length()) {
                    line.setCharAt(column, shown);
                } else {
                    line.append(shown);
                }
                column++;
            }
        }
        lines.add(line.toString());
        return lines.subList(Math.max(0, lines.size() - rows), lines.size()).stream()
                .map(l -> l.substring(0, Math.min(l.length(), columns)))
                .toList();
    }

    /** The place of a sequence's last character: ESC [ parameters final, or ESC and one character (ECMA-48, 5.4). */
    private static int endOfSequence(String text, int escape) {
        int i = escape + 1;
        if (i < text.length() && text.charAt(i) == '[') {
            i++;
            while (i < text.length() && (text.charAt(i) < 0x40 || text.charAt(i) > 0x7e)) {
                i++;
            }
        }
        return i;
    }
}
