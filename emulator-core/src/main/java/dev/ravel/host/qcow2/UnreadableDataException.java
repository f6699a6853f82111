package dev.ravel.host.qcow2;

/** Data of the disk cannot be read. That is a matter of this data alone: the tables are right, and the rest may be read and written. */
final class UnreadableDataException extends Qcow2Exception {
    private static final long serialVersionUID = 1;

    UnreadableDataException(String message) {
        super(message);
    }
}
