package dev.ravel.share;

import dev.ravel.host.posix.LinuxCalls;

/**
 * A file descriptor of the host.
 *
 * @param owned whether {@link #close} closes the descriptor; else somebody else will
 */
record Handle(LinuxCalls calls, int descriptor, boolean owned) implements AutoCloseable {
    /** The same, for one who shall not close it. */
    Handle borrowed() {
        return new Handle(calls, descriptor, false);
    }

    @Override
    public void close() {
        if (owned) {
            calls.close(descriptor);
        }
    }
}
