package dev.ravel.desktop.inspector;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;

/**
 * Takes samples of the view that is open, four a second or fewer, and hands each to the toolkit's thread. The next one is
 * taken when the last has been shown, and so late that the guest is held up for a small part of its time only. While no
 * view is open its thread sleeps.
 */
final class Sampler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sampler.class.getName());
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(250);

    /** The guest runs so many times as long as it is held. */
    private static final int GUEST_SHARE = 25;

    private final Guest guest;
    private final Shown shown;
    private final Object lock = new Object();

    // Guarded by the lock.
    private Optional<View<?>> wanted = Optional.empty();
    private boolean due;
    private boolean closed;

    /** Where samples go. */
    interface Shown {
        /** Called on the toolkit's thread. */
        <S> void show(View<S> view, Sampled<S> sample);
    }

    Sampler(Guest guest, Shown shown) {
        this.guest = guest;
        this.shown = shown;
        Thread.ofPlatform().name("inspector").daemon().start(this::run);
    }

    /** Opens a view in place of the one that is open, or none. */
    void open(Optional<View<?>> view) {
        synchronized (lock) {
            wanted = view;
            due = true;
            lock.notifyAll();
        }
    }

    /** Takes a sample at once: something has changed. */
    void hurry() {
        synchronized (lock) {
            due = true;
            lock.notifyAll();
        }
    }

    /** Ends sampling; does not wait for it. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }

    private void run() {
        Optional<View<?>> open = Optional.empty();
        long next = System.nanoTime();
        try {
            while (awaitDue(open, next)) {
                Optional<View<?>> view = wanted();
                if (!view.equals(open)) {
                    open.ifPresent(old -> guarded(() -> old.closed(guest)));
                    view.ifPresent(added -> guarded(() -> added.opened(guest)));
                    open = view;
                }
                long start = System.nanoTime();
                if (open.isPresent()) {
                    sample(open.get());
                }
                next = start + Math.max(PERIOD, guest.takeHeldNanos() * GUEST_SHARE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.ifPresent(old -> guarded(() -> old.closed(guest)));
    }

    private Optional<View<?>> wanted() {
        synchronized (lock) {
            return wanted;
        }
    }

    /** Waits until there is something to do; false if that is to end. */
    private boolean awaitDue(Optional<View<?>> open, long next) throws InterruptedException {
        synchronized (lock) {
            while (!closed && !due) {
                if (open.isEmpty()) {
                    lock.wait();
                    continue;
                }
                long left = next - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
            due = false;
            return !closed;
        }
    }

    private <S> void sample(View<S> view) throws InterruptedException {
        Sampled<S> sample;
        try {
            sample = view.sample(guest);
        } catch (RuntimeException e) {
            // A guest should not be able to bring this about; if one is, the window lives on and says so.
            LOG.log(System.Logger.Level.WARNING, "no sample of " + view.title(), e);
            sample = Sampled.nothing("this could not be looked at: " + e);
        }
        Sampled<S> taken = sample;
        CountDownLatch done = new CountDownLatch(1);
        Platform.runLater(() -> {
            try {
                shown.show(view, taken);
            } finally {
                done.countDown();
            }
        });
        done.await();
    }

    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a view could not be opened or closed", e);
        }
    }
}
