package dev.ravel.session;

import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** One machine with the name and the console that its user knows it by, and its state as it changes. */
public final class MachineSession implements AutoCloseable {
    private final String name;
    private final Machine machine;
    private final GuestConsole console;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile State state = State.READY;
    private volatile boolean stopRequested;

    /** Held while somebody pauses, steps or looks at the machine: these come one after the other. */
    private final Object control = new Object();

    /** Guarded by {@link #control}. */
    private boolean closed;

    /** What a user may want to know of a machine at a glance. */
    public enum State {
        READY("not started"),
        RUNNING("running"),
        PAUSED("paused"),
        OFF("powered off"),
        FAILED("failed");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** A word for a title or a list. */
        public String label() {
            return label;
        }

        /** Whether the machine will not run again. */
        public boolean ended() {
            return this == OFF || this == FAILED;
        }
    }

    /** Is told of changes, on whichever thread made them. */
    @FunctionalInterface
    public interface Listener {
        void stateChanged(State state);
    }

    /** A session over a machine that has not been started. Closing the session closes the machine. */
    public MachineSession(String name, Machine machine, GuestConsole console) {
        this.name = name;
        this.machine = machine;
        this.console = console;
        machine.end().thenAccept(this::ended);
    }

    /** The guest's name. */
    public String name() {
        return name;
    }

    /** The guest's console. */
    public GuestConsole console() {
        return console;
    }

    /** The machine itself. */
    public Machine machine() {
        return machine;
    }

    /** The state now. */
    public State state() {
        return state;
    }

    /** Adds a listener. */
    public void onStateChange(Listener listener) {
        listeners.add(listener);
    }

    /** Switches the machine on. */
    public void start() {
        machine.start();
        change(State.RUNNING);
    }

    /** Lets a running machine stand still; its time stands too. */
    public void pause() {
        synchronized (control) {
            if (state == State.RUNNING) {
                machine.pause();
                change(State.PAUSED);
            }
        }
    }

    /** Lets a paused machine go on. */
    public void resume() {
        synchronized (control) {
            if (state == State.PAUSED) {
                machine.resume();
                change(State.RUNNING);
            }
        }
    }

    /** Executes one instruction on hart 0 of a paused machine. */
    public void step() {
        synchronized (control) {
            if (state == State.PAUSED) {
                machine.step(1);
            }
        }
    }

    /** Presses the reset button. */
    public void reset() {
        synchronized (control) {
            if (!closed && !state.ended()) {
                machine.reset();
            }
        }
    }

    /**
     * Looks at the machine while it stands still; a running one goes on afterwards.
     *
     * @return what was seen; nothing once the session is closed
     */
    public <T> Optional<T> whileStill(Function<Machine, T> look) {
        synchronized (control) {
            if (closed) {
                return Optional.empty();
            }
            machine.pause();
            try {
                return Optional.of(look.apply(machine));
            } finally {
                machine.resume();
            }
        }
    }

    /** Pulls the plug. */
    public void stop() {
        stopRequested = true;
        machine.stop();
    }

    /** Whether somebody called {@link #stop}, be the machine's end as it may. */
    public boolean stopRequested() {
        return stopRequested;
    }

    /** Waits until the machine has ended, whoever ended it. */
    public End awaitEnd() {
        return machine.end().join();
    }

    private void ended(End end) {
        change(
                switch (end) {
                    case End.PoweredOff off -> State.OFF;
                    case End.Stopped stopped -> State.OFF;
                    case End.Failed failed -> State.FAILED;
                    case End.Broken broken -> State.FAILED;
                });
    }

    private synchronized void change(State next) {
        if (state.ended() || state == next) {
            return;
        }
        state = next;
        listeners.forEach(listener -> listener.stateChanged(next));
    }

    @Override
    public void close() {
        console.close();
        machine.stop();
        synchronized (control) {
            closed = true;
            machine.close();
        }
    }
}
