package dev.ravel.guest;

import java.util.concurrent.CountDownLatch;

/**
 * Leaves nothing of a guest that is being made when the process is told to end, by Ctrl-C for example, and says so in one
 * line. What goes wrong meanwhile because of that is not told: who closes this waits for the end.
 */
final class Interruption implements AutoCloseable {
    private final InstalledGuests.Draft draft;
    private final FetchProgress progress;
    private final Thread hook = Thread.ofPlatform().unstarted(this::interrupted);

    /** Looks after a draft until it is closed. */
    Interruption(InstalledGuests.Draft draft, FetchProgress progress) {
        this.draft = draft;
        this.progress = progress;
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            interrupted();
            awaitEnd();
        }
    }

    private void interrupted() {
        try {
            if (draft.abandon()) {
                progress.interrupted(
                        "interrupted; of " + draft.name() + " nothing is left but what was fetched, for the next try");
            }
        } catch (GuestException e) {
            progress.interrupted("interrupted; " + e.getMessage());
        }
    }

    private static void awaitEnd() {
        while (true) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // The process ends all the same.
            }
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running.
            awaitEnd();
        }
    }
}
