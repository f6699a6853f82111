package dev.ravel.fdt;

import java.io.IOException;

/** Bytes that were to be a flattened device tree are not one. */
public final class FdtFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong, in one line. */
    public FdtFormatException(String message) {
        super("not a valid device tree: " + message);
    }
}
