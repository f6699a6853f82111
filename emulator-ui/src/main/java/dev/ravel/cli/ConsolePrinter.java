package dev.ravel.cli;

import dev.ravel.session.GuestConsole;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Prints a guest's console on standard error, by a thread of its own, until it is closed. */
final class ConsolePrinter implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toMillis(2);

    private final GuestConsole console;
    private final GuestConsole.Output output;
    private final Optional<OutputWatch> watch;
    private final Runnable seen;
    private final Thread thread;

    private final OutputStream err = new FileOutputStream(FileDescriptor.err);

    // Guarded by this.
    private boolean reader = true;
    private boolean lineBegun;

    /** How many bytes of the guest were printed. */
    private long printed;

    /**
     * @param wanted what the console may show
     * @param seen called when it did
     */
    ConsolePrinter(GuestConsole console, Optional<Pattern> wanted, Runnable seen) {
        this.console = console;
        this.output = console.openOutput();
        this.watch = wanted.map(OutputWatch::new);
        this.seen = seen;
        this.thread = Thread.ofPlatform().name("console-output").daemon().start(this::print);
    }

    private void print() {
        byte[] buffer = new byte[8192];
        try {
            for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                write(buffer, n);
                if (watch.isPresent() && watch.get().see(buffer, 0, n)) {
                    seen.run();
                }
                count(n);
            }
        } catch (IOException e) {
            // The console was closed: nothing more to see.
        }
        endLine();
    }

    private synchronized void write(byte[] bytes, int length) {
        try {
            if (reader) {
                err.write(bytes, 0, length);
            }
        } catch (IOException e) {
            reader = false; // Nobody reads it: what is asked for comes on standard output.
        }
        lineBegun = bytes[length - 1] != '\n';
    }

    /** What we have to say comes on a line of its own. */
    private synchronized void endLine() {
        if (lineBegun) {
            write(new byte[] {'\n'}, 1);
        }
    }

    private synchronized void count(int bytes) {
        printed += bytes;
        notifyAll();
    }

    /** Waits, though not for ever, until all that has come is printed, and ends the line that it may have begun. */
    synchronized void flush() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE);
        try {
            while (printed < output.total()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
            endLine();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the console, and waits, though not for ever, until the rest is printed. */
    @Override
    public void close() {
        console.close();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
