package dev.ravel.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Ravel's log while a lesson is on the terminal: in words, and no wider than the lesson's page. From any thread. */
final class LessonLog extends Handler implements AutoCloseable {
    private final Logger root = Logger.getLogger("");
    private final List<Handler> others = List.of(root.getHandlers());
    private final Formatter words = new SimpleFormatter();
    private final PrintWriter err;
    private final IntSupplier columns;

    private LessonLog(PrintWriter err, IntSupplier columns) {
        this.err = err;
        this.columns = columns;
    }

    /**
     * Takes the place of all who show the log, until it is closed.
     *
     * @param columns of the terminal; asked at each line of the log
     */
    static LessonLog open(PrintWriter err, IntSupplier columns) {
        LessonLog log = new LessonLog(err, columns);
        log.others.forEach(log.root::removeHandler);
        log.root.addHandler(log);
        return log;
    }

    @Override
    public void publish(LogRecord event) {
        if (isLoggable(event)) {
            String thrown = event.getThrown() == null ? "" : ": " + event.getThrown();
            String text = "Ravel's log: " + words.formatMessage(event) + thrown;
            err.println(
                    String.join(System.lineSeparator(), TerminalPage.wrap(text, "  ", TerminalPage.width(columns))));
            err.flush();
        }
    }

    @Override
    public void flush() {
        err.flush();
    }

    @Override
    public void close() {
        root.removeHandler(this);
        others.forEach(root::addHandler);
    }
}
