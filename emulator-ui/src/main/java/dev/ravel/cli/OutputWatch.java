package dev.ravel.cli;

import java.util.regex.Pattern;

/**
 * Looks for a pattern in what the guest prints. Lines are looked at as they grow, so that a prompt without a line end is
 * seen; a line longer than {@link #LONGEST} is forgotten at its beginning.
 */
final class OutputWatch {
    private static final int LONGEST = 8192;

    private final Pattern pattern;
    private final StringBuilder line = new StringBuilder();
    private boolean seen;

    OutputWatch(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Takes the next bytes; true once the pattern has been seen. */
    boolean see(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length && !seen; i++) {
            char c = (char) (bytes[i] & 0xff);
            if (c == '\n') {
                look();
                line.setLength(0);
            } else if (c != '\r') {
                if (line.length() >= LONGEST) {
                    line.delete(0, LONGEST / 2);
                }
                line.append(c);
            }
        }
        look();
        return seen;
    }

    private void look() {
        seen = seen || pattern.matcher(line).find();
    }
}
