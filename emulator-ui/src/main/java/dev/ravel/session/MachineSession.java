package dev.ravel.session;

import dev.ravel.inspect.step.ConsoleRecording;
import dev.ravel.inspect.step.Goal;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** One machine with the name and the console that its user knows it by, and its state as it changes. */
public final class MachineSession implements AutoCloseable {
    private final String name;
    private final Machine machine;
    private final GuestConsole console;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile State state = State.READY;
    private volatile boolean stopRequested;

    /** What a movement may take before it is told of as one that takes a while. */
    private static final long SHORT_MILLIS = 100;

    private final Motion motion;
    private final Stepper stepper;
    private final Optional<String> noWayBack;
    private final List<Speed> speeds;
    private volatile Speed speed = Speed.FULL;

    /** Asked for once: each time that a machine is asked for its end, it has one more to tell. */
    private final CompletableFuture<End> end;

    /**
     * Held while somebody pauses, steps or looks at the machine: these come one after the other. It is fair, as one who
     * holds it again and again is not to keep others out.
     */
    private final ReentrantLock control = new ReentrantLock(true);

    /** Guarded by {@link #control}. */
    private boolean closed;

    private final AtomicLong heldNanos = new AtomicLong();

    /** The number of the movement that is under way, or next; guarded by this. */
    private long movement;

    /** Where a movement has led, and after how many steps that is. */
    public record Moved(StepResult result, long position) {}

    /**
     * The part of a run that a machine can be moved to, in steps since reset; later than {@code latest} is what has not been yet.
     *
     * @param position where the machine is
     */
    public record Past(long earliest, long position, long latest) {}

    /** What a user may want to know of a machine at a glance. */
    public enum State {
        READY("not started"),
        RUNNING("running"),
        PAUSED("paused"),
        /** Paused, but for a {@link Movement} that takes a while. */
        STEPPING("stepping"),
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
        this(
                name,
                machine,
                console,
                Optional.empty(),
                Optional.of("only a machine whose time is the count of instructions can step back"));
    }

    private MachineSession(
            String name,
            Machine machine,
            GuestConsole console,
            Optional<Stepper> recorder,
            Optional<String> noWayBack) {
        this.name = name;
        this.machine = machine;
        this.console = console;
        this.noWayBack = noWayBack;
        this.end = machine.end();
        this.stepper = recorder.orElseGet(() -> Stepper.forwardOnly(machine));
        this.motion = recorder.isPresent()
                ? new RecordedMotion(stepper, control, this::broken)
                : new FreeMotion(machine, control);
        this.speeds = recorder.isPresent() ? Speed.RATES : Speed.SHARES;
        var unused = end.thenAccept(this::ended);
    }

    /**
     * A session that can step back to every moment of its run, if the machine can be put back; otherwise one that cannot,
     * and {@linkplain #noWayBack tells why}. It takes snapshots while the machine runs.
     *
     * @param machine a deterministic one, whose console is {@code recording}
     * @param recording over {@code console}
     */
    public static MachineSession recorded(
            String name, Machine machine, GuestConsole console, ConsoleRecording recording) {
        Stepper stepper;
        try {
            stepper = Stepper.of(machine, recording);
        } catch (IllegalArgumentException e) {
            return new MachineSession(
                    name, machine, console, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
        return new MachineSession(name, machine, console, Optional.of(stepper), Optional.empty());
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

    /** Why there is no way back, in one line; nothing if there is one. */
    public Optional<String> noWayBack() {
        return noWayBack;
    }

    /** What {@link #setSpeed} is for this machine, the slowest first. */
    public List<Speed> speeds() {
        return speeds;
    }

    /** How fast it runs, while it runs. */
    public Speed speed() {
        return speed;
    }

    /**
     * Lets the machine run so fast from now on.
     *
     * @throws IllegalArgumentException if the speed is of another kind than those of {@link #speeds}
     */
    public void setSpeed(Speed wanted) {
        underControl(() -> {
            motion.setSpeed(wanted);
            speed = wanted;
        });
    }

    /** Switches the machine on. */
    public void start() {
        underControl(() -> {
            motion.start();
            change(State.RUNNING);
        });
    }

    /** Lets a running machine stand still; its time stands too. A movement that is under way is given up. */
    public void pause() {
        giveUp();
        underControl(() -> {
            if (state == State.RUNNING) {
                motion.pause();
                change(State.PAUSED);
            }
        });
    }

    /** Lets a paused machine go on. */
    public void resume() {
        underControl(() -> {
            if (state == State.PAUSED) {
                motion.resume();
                change(State.RUNNING);
            }
        });
    }

    /**
     * Moves a paused machine and waits until it is there, however long that takes.
     *
     * @return nothing if the machine is not paused
     */
    public Optional<Moved> move(Movement wanted) {
        return move(wanted::carryOut);
    }

    /**
     * Moves a paused machine to where it was, or will be, after so many steps since reset; as {@link #move}. Where that is before what is
     * known, to the earliest state that is.
     */
    public Optional<Moved> goTo(long steps) {
        return move(there -> {
            long back = there.position() - steps;
            return back > 0 ? there.back(back) : there.goTo(steps);
        });
    }

    /**
     * Moves a paused machine on or back to something; as {@link #move}.
     *
     * @throws IllegalArgumentException if there is no such thing, with a line that says what is wrong
     */
    public Optional<Moved> moveTo(StepTarget target, boolean back) {
        return move(there -> {
            Goal goal = target.on(machine);
            return back ? there.backTo(goal, Long.MAX_VALUE) : there.forwardTo(goal, Long.MAX_VALUE);
        });
    }

    private Optional<Moved> move(Function<Stepper, StepResult> wanted) {
        control.lock();
        try {
            if (closed || state != State.PAUSED) {
                return Optional.empty();
            }
            long number = movement;
            CompletableFuture.delayedExecutor(SHORT_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> takesAWhile(number));
            try {
                return Optional.of(new Moved(wanted.apply(stepper), stepper.position()));
            } catch (IllegalStateException e) {
                // It cannot be put back any more when somebody has pulled the plug meanwhile.
                if (!end.isDone()) {
                    throw e;
                }
                return Optional.of(new Moved(new StepResult.Ended(end.join()), stepper.position()));
            } finally {
                arrived();
            }
        } finally {
            control.unlock();
        }
    }

    private synchronized void takesAWhile(long number) {
        if (movement == number) {
            change(State.STEPPING);
        }
    }

    private synchronized void arrived() {
        movement++;
        change(State.PAUSED);
    }

    /** What there is to go back to, after a movement that is under way; nothing if there is no way back or the machine is gone. */
    public Optional<Past> past() {
        if (noWayBack.isPresent()) {
            return Optional.empty();
        }
        control.lock();
        try {
            return closed
                    ? Optional.empty()
                    : Optional.of(new Past(stepper.earliest(), stepper.position(), stepper.latest()));
        } finally {
            control.unlock();
        }
    }

    /** Ends the movement that is under way soon; does not wait for it. */
    public void giveUp() {
        stepper.giveUp();
    }

    /** Presses the reset button. */
    public void reset() {
        giveUp();
        underControl(() -> {
            if (!closed && !state.ended()) {
                motion.reset();
            }
        });
    }

    private void underControl(Runnable action) {
        control.lock();
        try {
            action.run();
        } finally {
            control.unlock();
        }
    }

    /**
     * Looks at the machine while it stands still, after a movement that is under way; a running one goes on afterwards.
     *
     * @return what was seen; nothing once the session is closed
     */
    public <T> Optional<T> whileStill(Function<Machine, T> look) {
        control.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            long start = System.nanoTime();
            machine.pause();
            try {
                return Optional.of(look.apply(machine));
            } finally {
                machine.resume();
                heldNanos.addAndGet(System.nanoTime() - start);
            }
        } finally {
            control.unlock();
        }
    }

    /** For how many nanoseconds {@link #whileStill} has held the machine in all, from asking its harts to stop until they were let go. */
    public long heldNanos() {
        return heldNanos.get();
    }

    /**
     * Looks at what may be seen while the machine runs, such as its RAM: the machine is not closed meanwhile, nor paused or
     * stepped. One that can step back stands still all the same, between two pieces of its run.
     *
     * @return what was seen; nothing once the session is closed
     */
    public <T> Optional<T> whileOpen(Function<Machine, T> look) {
        control.lock();
        try {
            return closed ? Optional.empty() : Optional.of(look.apply(machine));
        } finally {
            control.unlock();
        }
    }

    /** Pulls the plug. */
    public void stop() {
        stopRequested = true;
        giveUp();
        machine.stop();
    }

    /** Whether somebody called {@link #stop}, be the machine's end as it may. */
    public boolean stopRequested() {
        return stopRequested;
    }

    /** Waits until the machine has ended, whoever ended it. */
    public End awaitEnd() {
        return end.join();
    }

    /** What moves the machine has failed. */
    private void broken(Throwable cause) {
        end.complete(new End.Broken(cause));
        machine.stop();
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
        giveUp();
        machine.stop();
        underControl(() -> {
            closed = true;
            motion.close();
            machine.close();
        });
    }
}
