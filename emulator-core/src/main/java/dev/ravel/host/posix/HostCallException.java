package dev.ravel.host.posix;

/** A call of the host failed. It has no stack trace: a guest can cause it as often as it likes. */
public final class HostCallException extends Exception {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** A failure with a number of {@link Errno}. */
    public HostCallException(int errno) {
        super("error " + errno, null, false, false);
        this.errno = errno;
    }

    /** The number of the error, positive. */
    public int errno() {
        return errno;
    }
}
