package dev.ravel.desktop;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What this JVM complains of from here on: warnings and errors that are logged, and what is printed to stderr. */
final class Complaints implements AutoCloseable {
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord log) {
            if (log.getLevel().intValue() >= Level.WARNING.intValue()) {
                logged.add(log.getLoggerName() + ": " + log.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    Complaints() {
        Logger.getLogger("").addHandler(handler);
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    /** All of them until now. */
    List<String> lines() {
        return Stream.concat(
                        logged.stream(),
                        printed.toString(StandardCharsets.UTF_8).lines())
                .toList();
    }

    @Override
    public void close() {
        System.setErr(stderr);
        Logger.getLogger("").removeHandler(handler);
    }
}
