package dev.ravel.virtio;

import java.util.Objects;

/** The driver broke a rule of the specification in a way that the device cannot go on from. */
public final class DriverFaultException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says which rule, in one line. It has no stack trace: a guest can cause it as often as it likes. */
    public DriverFaultException(String message) {
        super(message, null, false, false);
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
