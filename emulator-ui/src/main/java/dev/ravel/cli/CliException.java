package dev.ravel.cli;

/** An error for the user: its message is the one line that is printed. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CliException(String message) {
        super(message);
    }

    CliException(String message, Throwable cause) {
        super(message, cause);
    }
}
