package dev.ravel.manager;

import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.manager.MachineDefinition.Boot;
import dev.ravel.manager.UserJson.DamagedException;
import dev.ravel.session.MemorySize;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Definitions as JSON: {@code {"version": 1, "machines": [{"name": "a", "guest": "debian", "cpus": 1, "memory": "512M",
 * "engine": "jit"}]}}. In the place of {@code guest} there may be {@code kernel}, and with it {@code initrd} and
 * {@code commandLine}; {@code disk}, and {@code deterministic} for a machine that can be stepped back, may be there in any case.
 */
final class DefinitionFormat {
    private static final Set<String> KEYS = Set.of(
            "name", "guest", "kernel", "initrd", "commandLine", "disk", "cpus", "memory", "engine", "deterministic");

    private DefinitionFormat() {}

    static String write(List<MachineDefinition> machines) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("machines", machines.stream().map(DefinitionFormat::entry).toList());
        return UserJson.write(root);
    }

    private static Map<String, Object> entry(MachineDefinition machine) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", machine.name());
        switch (machine.boot()) {
            case Boot.Guest guest -> entry.put("guest", guest.name());
            case Boot.Files files -> {
                entry.put("kernel", files.kernel().toString());
                files.initrd().ifPresent(file -> entry.put("initrd", file.toString()));
                files.commandLine().ifPresent(text -> entry.put("commandLine", text));
            }
        }
        machine.disk().ifPresent(file -> entry.put("disk", file.toString()));
        entry.put("cpus", machine.cpus());
        entry.put("memory", MemorySize.text(machine.memory()));
        entry.put("engine", machine.engine());
        if (machine.deterministic()) {
            entry.put("deterministic", true);
        }
        return entry;
    }

    static List<MachineDefinition> read(String text) throws DamagedException {
        JsonNode root = UserJson.read(text);
        if (!root.path("machines").isArray()) {
            throw new DamagedException("it has no list of machines");
        }
        List<MachineDefinition> machines = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode entry : root.path("machines")) {
            String where = "machine " + (machines.size() + 1) + ": ";
            try {
                MachineDefinition machine = definition(entry);
                if (!names.add(machine.name())) {
                    throw new DamagedException("another is called '" + machine.name() + "' too");
                }
                machines.add(machine);
            } catch (DamagedException | ConfigurationException | IllegalArgumentException e) {
                throw new DamagedException(where + e.getMessage());
            }
        }
        return List.copyOf(machines);
    }

    private static MachineDefinition definition(JsonNode entry) throws DamagedException {
        UserJson.requireKnown(entry, KEYS);
        Optional<String> guest = UserJson.text(entry, "guest");
        Optional<Path> kernel = path(entry, "kernel");
        if (guest.isPresent() == kernel.isPresent()) {
            throw new DamagedException("it wants either a guest or a kernel");
        }
        JsonNode cpus = entry.path("cpus");
        if (!cpus.isInt()) {
            throw new DamagedException("cpus is no whole number");
        }
        return new MachineDefinition(
                required(entry, "name"),
                kernel.isPresent()
                        ? new Boot.Files(kernel.get(), path(entry, "initrd"), UserJson.text(entry, "commandLine"))
                        : new Boot.Guest(guest.orElseThrow()),
                path(entry, "disk"),
                cpus.intValue(),
                MemorySize.parse(required(entry, "memory")),
                required(entry, "engine"),
                entry.has("deterministic") && UserJson.flag(entry, "deterministic"));
    }

    private static String required(JsonNode entry, String key) throws DamagedException {
        return UserJson.text(entry, key).orElseThrow(() -> new DamagedException(key + " is missing"));
    }

    private static Optional<Path> path(JsonNode entry, String key) throws DamagedException {
        Optional<String> text = UserJson.text(entry, key);
        try {
            return text.map(Path::of);
        } catch (InvalidPathException e) {
            throw new DamagedException(key + " is no name of a file");
        }
    }
}
