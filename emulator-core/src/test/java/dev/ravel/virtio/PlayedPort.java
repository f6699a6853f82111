package dev.ravel.virtio;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** What a device exchanges packets with, in a test's hands. */
abstract class PlayedPort<P> {
    /** Those for the guest that it was not given yet. */
    final Queue<P> waiting = new ArrayDeque<>();

    private boolean congested;
    private Runnable listener = () -> {};

    public final boolean congested() {
        return congested;
    }

    public final Optional<P> receive() {
        return Optional.ofNullable(waiting.poll());
    }

    public final void onChange(Runnable newListener) {
        listener = newListener;
    }

    final void bring(P packet) {
        waiting.add(packet);
        listener.run();
    }

    final void setCongested(boolean wanted) {
        congested = wanted;
        listener.run();
    }
}
