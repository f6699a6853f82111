package dev.ravel.time;

/**
 * What happens at instruction boundaries. Every input from outside the machine enters here. Handlers run with the
 * machine's device lock held, on whichever hart's thread comes first, never two at once.
 */
public interface EventQueue {
    /** Runs {@code handler} at the next instruction boundary. May be called from any thread. */
    void post(Runnable handler);

    /**
     * Runs {@code handler} at the first boundary at which {@link Clock#ticks} has reached {@code deadline}. May be
     * called from any thread.
     *
     * @return a handle that takes the event back
     */
    Scheduled schedule(long deadline, Runnable handler);

    /** An event that has not happened yet. */
    interface Scheduled {
        /** Takes the event back; of no effect if it has run. */
        void cancel();
    }
}
