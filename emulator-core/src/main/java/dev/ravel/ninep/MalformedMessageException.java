package dev.ravel.ninep;

import java.util.Objects;

/** A message is not what the protocol allows. It has no stack trace: a guest can cause it as often as it likes. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message, null, false, false);
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
