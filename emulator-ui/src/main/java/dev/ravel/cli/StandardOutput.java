package dev.ravel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Optional;

/** This process's standard output, unbuffered. Remembers that something could not be written, which writers forget. */
final class StandardOutput extends OutputStream {
    /** What a shell reports of a program that a closed pipe has ended: 128 and SIGPIPE. */
    static final int EXIT_CLOSED_PIPE = 141;

    private final OutputStream stream = new FileOutputStream(FileDescriptor.out);
    private volatile Optional<IOException> failure = Optional.empty();

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            stream.write(bytes, offset, length);
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /**
     * The exit status after all has been written: {@code status}, unless something could not be. A reader that has gone
     * ({@code | head}) is no mistake and ends the program quietly.
     */
    int status(int status, PrintWriter err) {
        if (failure.isEmpty()) {
            return status;
        }
        IOException error = failure.get();
        if (String.valueOf(error.getMessage()).contains("Broken pipe")) {
            return EXIT_CLOSED_PIPE;
        }
        err.println("ravel: standard output cannot be written: " + Failure.reason(error));
        return Main.EXIT_ERROR;
    }
}
