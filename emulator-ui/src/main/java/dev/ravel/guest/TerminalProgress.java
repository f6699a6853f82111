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
    private boolean over;
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
    public synchronized void step(String what) {
        if (!over) {
            close();
            out.println(what);
        }
    }

    @Override
    public synchronized void interrupted(String what) {
        step("ravel: " + what);
        over = true;
    }

    @Override
    public void transferred(String file, long done, long total) {
        if (total >= SMALL_FILE) {
            draw(file, file, done, total, " of %3d MB".formatted(Math.ceilDiv(total, 1_000_000)));
        }
    }

    @Override
    public void advanced(String what, long done, long total) {
        draw("work of " + total, what, done, total, "");
    }

    /**
     * Draws a bar, or draws it again.
     *
     * @param bar tells it from others
     */
    private synchronized void draw(String bar, String what, long done, long total, String amount) {
        if (over || !terminal || total <= 0) {
            return;
        }
        long now = System.nanoTime();
        if (!bar.equals(current)) {
            close();
            current = bar;
            drawing = true;
            startedAt = now;
            startedWith = done;
            drawnAt = now - REDRAW_NANOS;
        }
        if (drawing && (done == total || now - drawnAt >= REDRAW_NANOS)) {
            drawnAt = now;
            out.print("\r" + line(what, done, total, amount, now - startedAt));
            out.flush();
            if (done == total) {
                endLine();
            }
        }
    }

    /** 78 columns: name, bar, share, amounts, seconds to go. What an earlier try brought does not count as speed. */
    private String line(String what, long done, long total, String amount, long nanos) {
        String name = what.length() <= NAME_WIDTH ? what : what.substring(0, NAME_WIDTH - 3) + "...";
        int filled = (int) (BAR_WIDTH * done / total);
        double perNano = (done - startedWith) / (double) Math.max(nanos, 1);
        String rest = done == total || perNano <= 0 ? "" : "%4.0f s".formatted((total - done) / perNano / 1e9);
        return "%-34s %s%s %3d%%%-10s %6s"
                .formatted(name, "#".repeat(filled), "-".repeat(BAR_WIDTH - filled), 100 * done / total, amount, rest);
    }

    /** Ends the bar that is being drawn, if one is. */
    @Override
    public synchronized void close() {
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
