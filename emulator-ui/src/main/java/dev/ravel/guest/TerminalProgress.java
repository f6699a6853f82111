package dev.ravel.guest;

import java.io.PrintStream;

/**
 * Shows a fetch as lines of text and, on a terminal only, a bar for each file that takes a while. It draws when it is
 * told of something, from no thread of its own, and asks the terminal for nothing: an answer would be taken for typing.
 */
public final class TerminalProgress implements FetchProgress, AutoCloseable {
    private static final long SMALL_FILE = 1 << 20;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int NAME_WIDTH = 34;
    private static final int BAR_WIDTH = 20;

    private final PrintStream out;
    private final boolean terminal;
    private String current = "";
    private boolean drawing;
    private long startedAt;
    private long startedWith;
    private long drawnAt;

    /**
     * Shows what comes.
     *
     * @param terminal whether {@code out} is a terminal, on which a line can be drawn again
     */
    public TerminalProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void step(String what) {
        close();
        out.println(what);
    }

    @Override
    public void transferred(String file, long done, long total) {
        if (!terminal || total < SMALL_FILE) {
            return;
        }
        long now = System.nanoTime();
        if (!file.equals(current)) {
            close();
            current = file;
            drawing = true;
            startedAt = now;
            startedWith = done;
            drawnAt = now - REDRAW_NANOS;
        }
        if (drawing && (done == total || now - drawnAt >= REDRAW_NANOS)) {
            drawnAt = now;
            out.print("\r" + line(file, done, total, now - startedAt));
            out.flush();
            if (done == total) {
                endLine();
            }
        }
    }

    /** 78 columns: name, bar, share, amounts, seconds to go. What an earlier try brought does not count as speed. */
    private String line(String file, long done, long total, long nanos) {
        String name = file.length() <= NAME_WIDTH ? file : file.substring(0, NAME_WIDTH - 3) + "...";
        int filled = (int) (BAR_WIDTH * done / total);
        double perNano = (done - startedWith) / (double) Math.max(nanos, 1);
        String rest = done == total || perNano <= 0 ? "" : "%4.0f s".formatted((total - done) / perNano / 1e9);
        return "%-34s %s%s %3d%% of %3d MB %6s"
                .formatted(
                        name,
                        "#".repeat(filled),
                        "-".repeat(BAR_WIDTH - filled),
                        100 * done / total,
                        Math.ceilDiv(total, 1_000_000),
                        rest);
    }

    /** Ends the bar that is being drawn, if one is. */
    @Override
    public void close() {
        endLine();
        current = "";
    }

    private void endLine() {
        if (drawing) {
            out.println();
            drawing = false;
        }
    }
}
