package dev.ravel.host.qcow2;

import java.io.IOException;

/** An image is damaged, or made in a way that is not supported. The message is one line and does not name the file. */
public sealed class Qcow2Exception extends IOException permits UnreadableDataException {
    private static final long serialVersionUID = 1;

    /** With the reason. */
    public Qcow2Exception(String message) {
        super(message);
    }
}
