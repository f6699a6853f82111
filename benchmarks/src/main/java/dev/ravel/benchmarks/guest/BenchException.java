package dev.ravel.benchmarks.guest;

/** A measurement that cannot be made. The message is one line for the user. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
