package dev.ravel.inspect.linux;

import java.util.Objects;

/** A guest that cannot be looked into: no Linux kernel in it, or one that lacks what is needed. */
public final class InspectionException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what is missing, in one line. */
    public InspectionException(String message) {
        super(message);
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
