package dev.ravel.guest;

import java.util.Objects;

/** A guest cannot be had. The message is one line for the user: what, which file or address, what to do. */
public class GuestException extends Exception {
    private static final long serialVersionUID = 1;

    /** An exception with the line for the user. */
    public GuestException(String message) {
        super(message);
    }

    /** An exception with the line for the user and what led to it. */
    public GuestException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
