package dev.ravel.manager;

import dev.ravel.machine.MachineBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a machine is that its user keeps. Files and engine need not exist before it is started.
 *
 * @param name tells it from the user's others; 1 to {@value #LONGEST_NAME} characters, no control characters
 * @param disk a raw image, which the guest may write to; what it writes is not kept if the machine is deterministic
 * @param cpus harts
 * @param memory RAM in bytes
 * @param engine the name of what executes instructions
 * @param deterministic whether its time is the count of instructions, so that it can be stepped back: for one hart
 */
public record MachineDefinition(
        String name, Boot boot, Optional<Path> disk, int cpus, long memory, String engine, boolean deterministic) {
    static final int LONGEST_NAME = 64;

    /** What it starts. */
    public sealed interface Boot {
        /** A guest by its name, as {@code ravel run GUEST} takes it. */
        record Guest(String name) implements Boot {}

        /**
         * A kernel of the user's own.
         *
         * @param commandLine what it is told
         */
        record Files(Path kernel, Optional<Path> initrd, Optional<String> commandLine) implements Boot {}
    }

    /**
     * Checks what does not depend on the host.
     *
     * @throws IllegalArgumentException for a wrong name, or a deterministic machine with several harts; the message is for the user
     * @throws dev.ravel.machine.config.ConfigurationException if no machine can have so many harts or so much memory
     */
    public MachineDefinition {
        checkName(name);
        MachineBuilder.checkHarts(cpus);
        MachineBuilder.checkMemory(memory);
        if (deterministic) {
            checkDeterministic(cpus);
        }
    }

    static void checkDeterministic(int cpus) {
        if (cpus > 1) {
            throw new IllegalArgumentException(cpus + ": a machine that can be stepped back has one CPU");
        }
    }

    static void checkName(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a name is missing");
        }
        if (!name.equals(name.strip())) {
            throw new IllegalArgumentException("'" + name + "' begins or ends with a blank");
        }
        if (name.codePointCount(0, name.length()) > LONGEST_NAME) {
            throw new IllegalArgumentException("a name has at most " + LONGEST_NAME + " characters");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a name has no control characters");
        }
    }

    /** The machines of somebody who has defined none. */
    static List<MachineDefinition> usual(String engine) {
        return List.of(
                new MachineDefinition(
                        "debian", new Boot.Guest("debian"), Optional.empty(), 1, 512L << 20, engine, false),
                new MachineDefinition("hello", new Boot.Guest("hello"), Optional.empty(), 1, 64L << 20, engine, false));
    }

    /** The same machine, called something else and with another disk. */
    MachineDefinition as(String newName, Optional<Path> newDisk) {
        return new MachineDefinition(newName, boot, newDisk, cpus, memory, engine, deterministic);
    }
}
