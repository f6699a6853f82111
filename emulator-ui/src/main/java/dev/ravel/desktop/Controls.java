package dev.ravel.desktop;

import dev.ravel.session.MachineSession;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * What a user does to a machine with menus and buttons. The machine may take a moment to stand still, so it is told on a
 * thread of its own, one thing after the other.
 */
final class Controls implements AutoCloseable {
    private final MachineSession session;
    private final Runnable afterwards;
    private final ReadOnlyObjectWrapper<MachineSession.State> state;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("machine-controls").daemon().factory());

    /**
     * @param afterwards called, on any thread, when the machine was changed while it stands still
     */
    Controls(MachineSession session, Runnable afterwards) {
        this.session = session;
        this.afterwards = afterwards;
        this.state = new ReadOnlyObjectWrapper<>(session.state());
        session.onStateChange(next -> Platform.runLater(() -> state.set(next)));
    }

    /** The machine's state, as the toolkit's thread last heard of it. */
    ReadOnlyObjectProperty<MachineSession.State> state() {
        return state.getReadOnlyProperty();
    }

    void run() {
        submit(session::resume);
    }

    void pause() {
        submit(session::pause);
    }

    void step() {
        submit(session::step);
    }

    void reset() {
        submit(session::reset);
    }

    /** Pulls the plug. */
    void powerOff() {
        submit(session::stop);
    }

    private void submit(Runnable action) {
        if (!executor.isShutdown()) {
            executor.execute(() -> {
                action.run();
                afterwards.run();
            });
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
