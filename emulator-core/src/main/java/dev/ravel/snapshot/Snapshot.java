package dev.ravel.snapshot;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a machine was at an instruction boundary: harts, clock, devices with what they were in the middle of, RAM.
 * {@code Machine.snapshot()} makes it, {@code Machine.restore} puts it back, into the same machine or into another one that
 * was built alike. It never changes, and may be put back as often as wanted.
 *
 * <p>Not part of it is what is outside of the machine: the contents of shared folders and of disks that are not
 * temporary, which the guest finds as they are when it goes on, what was typed and not taken by the guest, what was printed.
 */
public final class Snapshot {
    private final Map<String, String> machine;
    private final StateTree state;
    private final MemoryImage memory;

    /**
     * A snapshot of these parts.
     *
     * @param machine what makes two machines alike, by the name of the property
     * @param state harts, clock and devices
     * @param memory RAM
     */
    public Snapshot(Map<String, String> machine, StateTree state, MemoryImage memory) {
        this.machine = new LinkedHashMap<>(machine);
        this.state = state;
        this.memory = memory;
    }

    /**
     * Sees to it that a machine is like the one that this was made of.
     *
     * @throws SnapshotException if it is not, with the first property that is different
     */
    public void check(Map<String, String> other) {
        Map<String, String> all = new LinkedHashMap<>(other);
        machine.forEach(all::putIfAbsent);
        for (String name : all.keySet()) {
            String here = other.getOrDefault(name, "none");
            String then = machine.getOrDefault(name, "none");
            if (!here.equals(then)) {
                throw new SnapshotException("the snapshot is of another machine: " + name + " was " + then + ", and is "
                        + here + " in this one");
            }
        }
    }

    /**
     * Reads a file that {@link #write} made.
     *
     * @throws SnapshotException if it is no snapshot, one of another version, or damaged: in one line what, and where
     * @throws IOException if it cannot be read
     */
    public static Snapshot read(Path file) throws IOException {
        return SnapshotFile.read(file);
    }

    /**
     * Writes it to a file: a small part of the RAM's size, because pages that are zero are not in it and the others are
     * deflated. What the file was before is replaced at the end, or stays when something goes wrong.
     */
    public void write(Path file) throws IOException {
        SnapshotFile.write(this, file);
    }

    Map<String, String> machine() {
        return machine;
    }

    Map<String, StateTree> parts() {
        return state.parts();
    }

    /** What parts of the machine wrote. */
    public StateReader state() {
        return state.reader();
    }

    /** All of it but RAM, a line for each value: to compare, and to look at. */
    public List<String> lines() {
        return state.lines();
    }

    /** RAM. */
    public MemoryImage memory() {
        return memory;
    }

    /** The name of a hart's part of the state. */
    public static String hart(int id) {
        return "hart" + id;
    }

    /** Instructions that a hart had retired since its reset. */
    public long retired(int hart) {
        return state().section(hart(hart)).get("instret");
    }
}
