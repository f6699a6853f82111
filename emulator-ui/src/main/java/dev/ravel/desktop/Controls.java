package dev.ravel.desktop;

import dev.ravel.session.MachineSession;
import dev.ravel.session.Movement;
import dev.ravel.session.Speed;
import dev.ravel.session.StepTarget;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * What a user does to a machine with menus and buttons. The machine may take a moment to stand still, so it is told on a
 * thread of its own, one thing after the other.
 */
final class Controls implements AutoCloseable {
    private static final int MOST_WAITING = 2;

    private final MachineSession session;
    private final Runnable afterwards;
    private final ReadOnlyObjectWrapper<MachineSession.State> state;
    private final ReadOnlyObjectWrapper<Optional<MachineSession.Past>> past =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("machine-controls").daemon().factory());

    /** Movements that are under way or wait. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicInteger pauses = new AtomicInteger();

    /**
     * @param afterwards called, on any thread, when the machine was changed while it stands still
     */
    Controls(MachineSession session, Runnable afterwards) {
        this.session = session;
        this.afterwards = afterwards;
        this.state = new ReadOnlyObjectWrapper<>(session.state());
        session.onStateChange(next -> {
            Platform.runLater(() -> state.set(next));
            if (next == MachineSession.State.PAUSED) {
                // Whoever has paused it.
                submit(() -> {});
            }
        });
    }

    /** The machine's state, as the toolkit's thread last heard of it. */
    ReadOnlyObjectProperty<MachineSession.State> state() {
        return state.getReadOnlyProperty();
    }

    /** What there was to go back to when the machine was moved or paused last; nothing if there is no way back. */
    ReadOnlyObjectProperty<Optional<MachineSession.Past>> past() {
        return past.getReadOnlyProperty();
    }

    void run() {
        submit(session::resume);
    }

    /** Lets the machine stand still; movements that are under way or wait are given up. */
    void pause() {
        pauses.incrementAndGet();
        session.giveUp();
        submit(session::pause);
    }

    /**
     * Moves the paused machine. While one movement is under way another may wait for it, but no more: a key that is held
     * down is not to go on long after it was let go.
     *
     * @param arrived is told on the toolkit's thread where that has led
     */
    void move(Movement movement, Consumer<MachineSession.Moved> arrived) {
        move(() -> session.move(movement), arrived);
    }

    /** Moves the paused machine to where it is after so many steps since reset, as {@link #move}. */
    void goTo(long steps, Consumer<MachineSession.Moved> arrived) {
        move(() -> session.goTo(steps), arrived);
    }

    /**
     * Moves the paused machine on or back to something, as {@link #move}.
     *
     * @param complaint is told on the toolkit's thread that there is no such thing
     */
    void moveTo(StepTarget target, boolean back, Consumer<MachineSession.Moved> arrived, Consumer<String> complaint) {
        move(
                () -> {
                    try {
                        return session.moveTo(target, back);
                    } catch (IllegalArgumentException e) {
                        String why = String.valueOf(e.getMessage());
                        Platform.runLater(() -> complaint.accept(why));
                        return Optional.empty();
                    }
                },
                arrived);
    }

    private void move(Supplier<Optional<MachineSession.Moved>> movement, Consumer<MachineSession.Moved> arrived) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return;
        }
        int before = pauses.get();
        submit(() -> {
            try {
                if (pauses.get() == before) {
                    movement.get().ifPresent(moved -> Platform.runLater(() -> arrived.accept(moved)));
                }
            } finally {
                waiting.decrementAndGet();
            }
        });
    }

    /** What {@link #setSpeed} takes, the slowest first. */
    List<Speed> speeds() {
        return session.speeds();
    }

    /** How fast it was to run last. */
    Speed speed() {
        return session.speed();
    }

    void setSpeed(Speed speed) {
        submit(() -> session.setSpeed(speed));
    }

    /** Why the machine cannot be moved back, in one line. */
    Optional<String> noWayBack() {
        return session.noWayBack();
    }

    void reset() {
        session.giveUp();
        submit(session::reset);
    }

    /** Pulls the plug. */
    void powerOff() {
        session.giveUp();
        submit(session::stop);
    }

    private void submit(Runnable action) {
        try {
            executor.execute(() -> {
                action.run();
                Optional<MachineSession.Past> now = session.past();
                Platform.runLater(() -> past.set(now));
                afterwards.run();
            });
        } catch (RejectedExecutionException e) {
            // The window was closed.
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
