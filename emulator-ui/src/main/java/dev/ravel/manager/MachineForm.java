package dev.ravel.manager;

import dev.ravel.engine.EngineProvider;
import dev.ravel.guest.Guests;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.manager.MachineDefinition.Boot;
import dev.ravel.session.MemorySize;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a user has entered of a machine, as texts.
 *
 * @param guest the guest's name; empty to start {@code kernel}
 * @param kernel a file; it and the next two count only without a guest
 * @param initrd a file, or empty
 * @param commandLine of the kernel, or empty
 * @param disk a file, or empty
 * @param deterministic whether it can be stepped back
 */
public record MachineForm(
        String name,
        String guest,
        String kernel,
        String initrd,
        String commandLine,
        String disk,
        String cpus,
        String memory,
        String engine,
        boolean deterministic) {

    /** What can be wrong. */
    public enum Entry {
        NAME,
        GUEST,
        KERNEL,
        INITRD,
        DISK,
        CPUS,
        MEMORY,
        ENGINE
    }

    /** What came of a check. */
    public sealed interface Verdict {
        /** All is well. */
        record Good(MachineDefinition definition) implements Verdict {}

        /**
         * Something is not.
         *
         * @param problems a line for each entry that is wrong
         */
        record Bad(Map<Entry, String> problems) implements Verdict {}
    }

    /** A form for a new machine. */
    public static MachineForm blank(String name) {
        return new MachineForm(
                name,
                "debian",
                "",
                "",
                "",
                "",
                "1",
                "512M",
                EngineProvider.preferred().name(),
                false);
    }

    /** The form that a machine would be the outcome of. */
    public static MachineForm of(MachineDefinition machine) {
        String disk = machine.disk().map(Path::toString).orElse("");
        String cpus = String.valueOf(machine.cpus());
        String memory = MemorySize.text(machine.memory());
        return switch (machine.boot()) {
            case Boot.Guest guest ->
                new MachineForm(
                        machine.name(),
                        guest.name(),
                        "",
                        "",
                        "",
                        disk,
                        cpus,
                        memory,
                        machine.engine(),
                        machine.deterministic());
            case Boot.Files files ->
                new MachineForm(
                        machine.name(),
                        "",
                        files.kernel().toString(),
                        files.initrd().map(Path::toString).orElse(""),
                        files.commandLine().orElse(""),
                        disk,
                        cpus,
                        memory,
                        machine.engine(),
                        machine.deterministic());
        };
    }

    /**
     * Checks all entries; looks at files.
     *
     * @param taken names of the user's other machines
     */
    public Verdict check(Collection<String> taken) {
        Checker checker = new Checker();
        String chosen = name.strip();
        checker.check(Entry.NAME, () -> MachineDefinition.checkName(chosen));
        if (taken.contains(chosen)) {
            checker.wrong(Entry.NAME, "there is a machine '" + chosen + "' already");
        }
        Optional<Path> kernelFile = Optional.empty();
        Optional<Path> initrdFile = Optional.empty();
        if (guest.isEmpty()) {
            kernelFile = checker.file(Entry.KERNEL, kernel);
            if (kernel.isBlank()) {
                checker.wrong(Entry.KERNEL, "a guest or a kernel's file is missing");
            }
            initrdFile = checker.file(Entry.INITRD, initrd);
        } else if (!Guests.names().contains(guest)) {
            checker.wrong(Entry.GUEST, Guests.unknown(guest).getMessage());
        }
        Optional<Path> diskFile = checker.file(Entry.DISK, disk);
        long bytes = checker.memory(memory);
        int harts = checker.harts(cpus);
        checker.engine(engine, harts);
        if (deterministic) {
            checker.check(Entry.CPUS, () -> MachineDefinition.checkDeterministic(harts));
        }
        if (!checker.problems.isEmpty()) {
            return new Verdict.Bad(Map.copyOf(checker.problems));
        }
        Boot boot = kernelFile.isPresent()
                ? new Boot.Files(
                        kernelFile.get(),
                        initrdFile,
                        Optional.of(commandLine.strip()).filter(text -> !text.isEmpty()))
                : new Boot.Guest(guest);
        return new Verdict.Good(new MachineDefinition(chosen, boot, diskFile, harts, bytes, engine, deterministic));
    }

    private static final class Checker {
        private final Map<Entry, String> problems = new EnumMap<>(Entry.class);

        void wrong(Entry entry, String line) {
            problems.putIfAbsent(entry, line);
        }

        void check(Entry entry, Runnable check) {
            try {
                check.run();
            } catch (ConfigurationException e) {
                wrong(entry, e.detail());
            } catch (IllegalArgumentException e) {
                wrong(entry, String.valueOf(e.getMessage()));
            }
        }

        Optional<Path> file(Entry entry, String text) {
            if (text.isBlank()) {
                return Optional.empty();
            }
            try {
                Path file = Path.of(text.strip()).toAbsolutePath();
                if (!Files.exists(file)) {
                    wrong(entry, "there is no file " + file);
                } else if (Files.isDirectory(file)) {
                    wrong(entry, file + " is a folder");
                } else if (!Files.isReadable(file)) {
                    wrong(entry, file + " may not be read");
                }
                return Optional.of(file);
            } catch (InvalidPathException e) {
                wrong(entry, "'" + text + "' is no name of a file here");
                return Optional.empty();
            }
        }

        long memory(String text) {
            long[] bytes = new long[1];
            check(Entry.MEMORY, () -> {
                bytes[0] = MemorySize.parse(text);
                MachineBuilder.checkMemory(bytes[0]);
            });
            return bytes[0];
        }

        int harts(String text) {
            int[] count = new int[1];
            check(Entry.CPUS, () -> {
                if (!text.strip().matches("[0-9]{1,9}")) {
                    throw new IllegalArgumentException("'" + text + "' is no number of CPUs");
                }
                count[0] = Integer.parseInt(text.strip());
                MachineBuilder.checkHarts(count[0]);
            });
            return count[0];
        }

        void engine(String name, int harts) {
            check(Entry.ENGINE, () -> {
                int most = EngineProvider.named(name).maxHarts();
                if (harts > most) {
                    throw new IllegalArgumentException(name + " runs at most " + most + (most == 1 ? " CPU" : " CPUs"));
                }
            });
        }
    }
}
