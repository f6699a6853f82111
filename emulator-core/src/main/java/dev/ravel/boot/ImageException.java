package dev.ravel.boot;

/**
 * A file that cannot be started, or that has no place in RAM. The message is one line for the user: which file or
 * option, what is wrong, what to do.
 */
public final class ImageException extends Exception {
    private static final long serialVersionUID = 1;

    /** An exception with the line for the user. */
    public ImageException(String message) {
        super(message);
    }

    /** An exception with the line for the user and what led to it. */
    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
