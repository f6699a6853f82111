package dev.ravel.manager;

import dev.ravel.manager.MachineSample.Condition;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.MachineSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A user's machines, by their names: what they are, and those that run. All methods may be called from any thread. Those
 * that change something may take a while: they wait for files, for a machine to stand still, for a guest to be fetched.
 */
public final class MachineManager implements AutoCloseable {
    private final DefinitionStore store;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Optional<String> notice;

    /** Guarded by this, as is the next. */
    private final Map<String, ManagedMachine> machines = new LinkedHashMap<>();

    private boolean closed;

    /** A manager of the machines in a store, all of which are off. */
    public MachineManager(DefinitionStore store) {
        this.store = store;
        DefinitionStore.Contents contents = store.load();
        this.notice = contents.notice();
        adopt(contents.machines());
    }

    /** A line for the user, if the machines are not what he left. */
    public Optional<String> notice() {
        return notice;
    }

    /** Adds somebody who is told, on any thread, that something is not as it was. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    /** All machines, in the order in which they were made. */
    public List<MachineSample> samples() {
        return all().stream().map(ManagedMachine::sample).toList();
    }

    private synchronized List<ManagedMachine> all() {
        return List.copyOf(machines.values());
    }

    /** The names of all machines. */
    public synchronized Collection<String> names() {
        return List.copyOf(machines.keySet());
    }

    private synchronized ManagedMachine machine(String name) throws ManagerException {
        ManagedMachine machine = machines.get(name);
        if (machine == null) {
            throw new ManagerException("there is no machine '" + name + "'");
        }
        return machine;
    }

    /** Takes over what the file says; a machine that is on stays, whatever another process has done to the file. */
    private synchronized void adopt(List<MachineDefinition> definitions) {
        Map<String, ManagedMachine> before = new LinkedHashMap<>(machines);
        machines.clear();
        for (MachineDefinition definition : definitions) {
            ManagedMachine machine = before.remove(definition.name());
            if (machine == null) {
                machine = new ManagedMachine(definition, this::changed);
            } else if (!machine.condition().on()) {
                machine.define(definition);
            }
            machines.put(definition.name(), machine);
        }
        before.forEach((name, machine) -> {
            if (machine.condition().on()) {
                machines.put(name, machine);
            }
        });
    }

    private void update(DefinitionStore.Change change) throws ManagerException {
        adopt(store.update(change).machines());
        changed();
    }

    /**
     * Adds a machine.
     *
     * @throws ManagerException if there is one of its name, or the file cannot be written
     */
    public void create(MachineDefinition machine) throws ManagerException {
        update(list -> {
            requireFree(list, machine.name());
            return Stream.concat(list.stream(), Stream.of(machine)).toList();
        });
    }

    private static void requireFree(List<MachineDefinition> list, String name) throws ManagerException {
        if (list.stream().anyMatch(one -> one.name().equals(name))) {
            throw new ManagerException("there is a machine '" + name + "' already");
        }
    }

    private static int find(List<MachineDefinition> list, String name) throws ManagerException {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new ManagerException("there is no machine '" + name + "' any more");
    }

    private void requireOff(String name, String what) throws ManagerException {
        if (machine(name).condition().on()) {
            throw new ManagerException("'" + name + "' is on: power it off to " + what);
        }
    }

    /**
     * Makes a machine that is off another one, perhaps with another name.
     *
     * @throws ManagerException if it is on, the new name is another's, or the file cannot be written
     */
    public void edit(String name, MachineDefinition next) throws ManagerException {
        requireOff(name, "change its settings");
        update(list -> {
            int index = find(list, name);
            if (!next.name().equals(name)) {
                requireFree(list, next.name());
            }
            List<MachineDefinition> changed = new ArrayList<>(list);
            changed.set(index, next);
            return changed;
        });
    }

    /**
     * Takes a machine off the list. Its files stay.
     *
     * @throws ManagerException if it is on, or the file cannot be written
     */
    public void delete(String name) throws ManagerException {
        requireOff(name, "delete it");
        ManagedMachine machine = machine(name);
        update(list -> {
            List<MachineDefinition> changed = new ArrayList<>(list);
            changed.remove(find(list, name));
            return changed;
        });
        machine.close();
    }

    /**
     * Makes another machine like one, with a copy of its disk beside that.
     *
     * @return the new machine's name
     * @throws ManagerException if it has a disk and is on, or the disk cannot be copied or the file not be written
     */
    public String copy(String name) throws ManagerException {
        MachineDefinition original = machine(name).definition();
        if (original.disk().isPresent()) {
            requireOff(name, "copy its disk");
        }
        String copyName = freeName(name + " copy");
        try {
            MachineDefinition.checkName(copyName);
        } catch (IllegalArgumentException e) {
            throw new ManagerException("'" + copyName + "': " + e.getMessage(), e);
        }
        Optional<Path> disk = Optional.empty();
        if (original.disk().isPresent()) {
            disk = Optional.of(copyDisk(original.disk().get()));
        }
        try {
            create(original.as(copyName, disk));
        } catch (ManagerException e) {
            disk.ifPresent(file -> file.toFile().delete());
            throw e;
        }
        return copyName;
    }

    private static Path copyDisk(Path disk) throws ManagerException {
        try {
            return DiskCopy.beside(disk);
        } catch (IOException e) {
            throw new ManagerException(disk + ": the disk cannot be copied: " + UserFile.reason(e), e);
        }
    }

    /** A name that no machine has: this, or this with a number. */
    public String freeName(String wanted) {
        Collection<String> names = names();
        String name = wanted;
        for (int i = 2; names.contains(name); i++) {
            name = wanted + " " + i;
        }
        return name;
    }

    /**
     * Switches a machine on, unless it is. What goes wrong is its message then.
     *
     * @throws ManagerException if there is no such machine
     */
    public void start(String name) throws ManagerException {
        ManagedMachine machine = machine(name);
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        machine.start();
        synchronized (this) {
            if (!closed) {
                return;
            }
        }
        // Closed meanwhile.
        machine.close();
    }

    /** Lets a running machine stand still. */
    public void pause(String name) throws ManagerException {
        machine(name).session().ifPresent(MachineSession::pause);
    }

    /** Lets a paused machine go on. */
    public void resume(String name) throws ManagerException {
        machine(name).session().ifPresent(MachineSession::resume);
    }

    /** Presses the reset button of a machine that is on. */
    public void reset(String name) throws ManagerException {
        machine(name).session().ifPresent(MachineSession::reset);
    }

    /** Pulls the plug, also of a machine that is about to start. */
    public void powerOff(String name) throws ManagerException {
        machine(name).powerOff();
    }

    /** The session of a machine's last start, until it has powered off. */
    public Optional<MachineSession> session(String name) throws ManagerException {
        return machine(name).session();
    }

    /** The console of a machine's last start. */
    public ConsoleStream openConsole(String name) throws ManagerException {
        return machine(name).openConsole();
    }

    /** What a machine's console showed last, control sequences included. */
    public String consoleText(String name) throws ManagerException {
        return machine(name).consoleText();
    }

    /** How many machines are on. */
    public long countOn() {
        return all().stream()
                .map(ManagedMachine::condition)
                .filter(Condition::on)
                .count();
    }

    /** Switches all machines off and gives everything back. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        all().forEach(ManagedMachine::powerOff);
        all().forEach(ManagedMachine::close);
    }
}
