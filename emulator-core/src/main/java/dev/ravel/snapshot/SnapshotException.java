package dev.ravel.snapshot;

/** A snapshot cannot be used: one line that says what is wrong, and where. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what is wrong. */
    public SnapshotException(String message) {
        super(message);
    }

    /** With what is wrong, and what that came from. */
    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
