package dev.ravel.manager;

import dev.ravel.guest.FetchProgress;
import dev.ravel.guest.GuestException;
import dev.ravel.guest.Guests;
import dev.ravel.inspect.step.ConsoleRecording;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.manager.MachineDefinition.Boot;
import dev.ravel.manager.MachineSample.Condition;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.util.List;
import java.util.Optional;

/** One of a user's machines, and the session of its last start. */
final class ManagedMachine {
    private static final int ROWS = 10;
    private static final int COLUMNS = 64;

    private final Runnable onChange;
    private volatile MachineDefinition definition;

    /** What follows is guarded by this. */
    private boolean starting;

    private boolean startCancelled;
    private Optional<MachineSession> session = Optional.empty();
    private ConsoleTail tail = new ConsoleTail();
    private Optional<String> message = Optional.empty();

    ManagedMachine(MachineDefinition definition, Runnable onChange) {
        this.definition = definition;
        this.onChange = onChange;
    }

    MachineDefinition definition() {
        return definition;
    }

    void define(MachineDefinition next) {
        definition = next;
    }

    synchronized MachineSample sample() {
        Condition condition = condition();
        List<String> screen = condition == Condition.OFF ? List.of() : tail.screen(ROWS, COLUMNS);
        return new MachineSample(definition, condition, message, screen);
    }

    synchronized Condition condition() {
        if (starting) {
            return Condition.STARTING;
        }
        return session.map(ManagedMachine::condition).orElse(message.isPresent() ? Condition.FAILED : Condition.OFF);
    }

    private static Condition condition(MachineSession session) {
        return switch (session.state()) {
            case READY -> Condition.STARTING;
            case RUNNING, STEPPING -> Condition.RUNNING;
            case PAUSED -> Condition.PAUSED;
            case OFF -> Condition.OFF;
            case FAILED -> Condition.FAILED;
        };
    }

    synchronized Optional<MachineSession> session() {
        return session;
    }

    /** Its console, for a window of its own. */
    synchronized ConsoleStream openConsole() {
        return tail.open();
    }

    /** What its console showed last, control sequences included. */
    synchronized String consoleText() {
        return tail.text();
    }

    /** Switches it on, unless it is; what goes wrong is its message then. Takes as long as its guest is being fetched. */
    void start() {
        Optional<MachineSession> old;
        synchronized (this) {
            if (condition().on()) {
                return;
            }
            starting = true;
            startCancelled = false;
            message = Optional.empty();
            tail = new ConsoleTail();
            old = session;
            session = Optional.empty();
        }
        onChange.run();
        old.ifPresent(MachineSession::close);
        Optional<String> problem = Optional.empty();
        try {
            GuestConsole console = new GuestConsole();
            switchOn(session(definition, console));
        } catch (ConfigurationException | GuestException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException | OutOfMemoryError e) {
            problem = Optional.of("it cannot be started: " + e);
        }
        synchronized (this) {
            starting = false;
            if (startCancelled) {
                message = Optional.empty();
            } else if (problem.isPresent()) {
                message = problem;
            }
        }
        onChange.run();
    }

    private MachineSession session(MachineDefinition wanted, GuestConsole console) throws GuestException {
        if (wanted.deterministic()) {
            ConsoleRecording recording = new ConsoleRecording(console);
            MachineBuilder builder = Machine.builder().console(recording).deterministic();
            return MachineSession.recorded(wanted.name(), build(wanted, builder), console, recording);
        }
        MachineBuilder builder = Machine.builder().console(console);
        return new MachineSession(wanted.name(), build(wanted, builder.add(NetworkConfig.user())), console);
    }

    /** A disk of a deterministic machine goes back with it: then what the guest writes is kept in memory, and nothing comes from a network. */
    private Machine build(MachineDefinition wanted, MachineBuilder builder) throws GuestException {
        builder.memory(wanted.memory()).cpus(wanted.cpus()).engine(wanted.engine());
        switch (wanted.boot()) {
            case Boot.Guest guest -> {
                Guests.configure(
                        builder,
                        guest.name(),
                        new Guests.Surroundings(wanted.deterministic(), false),
                        Optional.empty(),
                        new Progress());
                if (!wanted.deterministic()) {
                    Guests.bootShare(guest.name()).ifPresent(builder::add);
                }
            }
            case Boot.Files files -> {
                builder.kernel(files.kernel());
                files.initrd().ifPresent(builder::initrd);
                files.commandLine().ifPresent(builder::append);
            }
        }
        wanted.disk().ifPresent(file -> builder.add(new DiskConfig(file, false, wanted.deterministic())));
        return builder.build();
    }

    private void switchOn(MachineSession built) {
        built.onStateChange(state -> stateChanged(built, state));
        boolean cancelled;
        synchronized (this) {
            cancelled = startCancelled;
            if (!cancelled) {
                tail.follow(built.console().openOutput());
                session = Optional.of(built);
                message = Optional.empty();
            }
        }
        if (cancelled) {
            built.close();
        } else {
            // Not under the lock: it tells listeners.
            built.start();
        }
    }

    /** On a thread of the machine's. */
    private void stateChanged(MachineSession changed, MachineSession.State state) {
        if (state.ended()) {
            // A failed one is kept to be looked at. Closing waits for the machine's threads, of which this may be one.
            Thread.ofVirtual().name("machine-end").start(() -> ended(changed, state));
        }
        onChange.run();
    }

    private void ended(MachineSession changed, MachineSession.State state) {
        Optional<String> why = switch (changed.awaitEnd()) {
            case End.PoweredOff off -> Optional.empty();
            case End.Stopped stopped -> Optional.empty();
            case End.Failed failed -> Optional.of("the guest failed with code " + failed.code());
            case End.Broken broken -> Optional.of("the machine broke: " + broken.cause());
        };
        boolean off = state == MachineSession.State.OFF;
        synchronized (this) {
            if (session.equals(Optional.of(changed))) {
                message = why;
                session = off ? Optional.empty() : session;
            }
        }
        if (off) {
            changed.close();
        }
        onChange.run();
    }

    /** Pulls the plug, also of a machine that is about to start. */
    void powerOff() {
        Optional<MachineSession> running;
        synchronized (this) {
            startCancelled = starting;
            running = session;
        }
        running.ifPresent(MachineSession::stop);
    }

    /** Switches it off, and gives everything back. */
    void close() {
        powerOff();
        session().ifPresent(MachineSession::close);
    }

    /** Says how a fetch goes on in the place of the machine's message. */
    private final class Progress implements FetchProgress {
        private long percent = -1;

        @Override
        public void step(String what) {
            say(what);
        }

        @Override
        public void transferred(String file, long done, long total) {
            long now = total > 0 ? 100 * done / total : 0;
            if (now != percent) {
                percent = now;
                say(file + ": " + now + " %");
            }
        }

        private void say(String line) {
            synchronized (ManagedMachine.this) {
                message = Optional.of(line);
            }
            onChange.run();
        }
    }
}
