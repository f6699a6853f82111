package dev.ravel.inspect.linux;

/** A guest that cannot be looked into: no Linux kernel in it, or one that lacks what is needed. */
public final class InspectionException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what is missing, in one line. */
    public InspectionException(String message) {
        super(message);
    }
}
