package dev.ravel.inspect.linux;

import java.util.Objects;

/**
 * Something in guest memory is not what it should be: a pointer to nothing, a list without an end, a type or member that
 * this kernel does not have.
 */
public final class BrokenStructureException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what is broken, in one line. It has no stack trace: a guest can cause it as often as it likes. */
    public BrokenStructureException(String message) {
        super(message, null, false, false);
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
