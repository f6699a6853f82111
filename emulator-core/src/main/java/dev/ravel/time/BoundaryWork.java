package dev.ravel.time;

import java.util.concurrent.atomic.AtomicBoolean;

/** Work for the next instruction boundary: however often it is asked for until then, it is done once. Safe for any thread. */
public final class BoundaryWork {
    private final EventQueue events;
    private final Runnable work;
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Nothing is to be done yet. */
    public BoundaryWork(EventQueue events, Runnable work) {
        this.events = events;
        this.work = work;
    }

    /** Has it done at the next boundary. */
    public void request() {
        if (requested.compareAndSet(false, true)) {
            events.post(this::run);
        }
    }

    /** Whether it is to be done. */
    public boolean isRequested() {
        return requested.get();
    }

    private void run() {
        // Cleared first: what changes from here on is either seen by the work, or has it requested again.
        requested.set(false);
        work.run();
    }
}
