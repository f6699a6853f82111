package dev.ravel.benchmarks;

/** A measurement that cannot be made. The message is one line for the user. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a line for the user. */
    public BenchException(String message) {
        super(message);
    }

    /** The same, and what is behind it. */
    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
