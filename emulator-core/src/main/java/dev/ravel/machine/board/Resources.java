package dev.ravel.machine.board;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be given back, last come first gone, also when a machine could not be completed. */
final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** Remembers to close it. */
    <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    /** Closes everything, whatever goes wrong; the first error is thrown at the end. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                if (failure == null && e instanceof RuntimeException ours) {
                    failure = ours;
                } else if (failure == null) {
                    failure = new IllegalStateException("the machine could not give everything back", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
