package dev.ravel.desktop;

/** The display has gone away under the windows; the message says what became of the machines. */
public final class DisplayGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DisplayGoneException(String message) {
        super(message);
    }
}
