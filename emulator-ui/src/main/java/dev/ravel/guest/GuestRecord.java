package dev.ravel.guest;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the cache says of a guest that it holds: a properties file beside the guest's folder, read at each start of
 * Ravel, so nothing heavier. Sizes show a folder that somebody changed.
 *
 * @param id tells the packages that it was made of from others
 * @param directory the guest's folder, relative to that of all guests
 * @param initrd the name of the initramfs in that folder
 * @param recipe the {@link Initramfs#recipe} by which it was packed
 * @param modules the names of its modules, each after those it depends on, which are named with it
 */
record GuestRecord(
        String id,
        String suite,
        String kernelVersion,
        String directory,
        long kernelSize,
        String initrd,
        long initrdSize,
        String recipe,
        List<Module> modules) {
    /** A module without its content. */
    record Module(String name, List<String> depends) {}

    /** The record in a file, if there is one and all that it names is there. */
    static Optional<GuestRecord> read(Path file) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            GuestRecord record = new GuestRecord(
                    required(properties, "id"),
                    required(properties, "suite"),
                    required(properties, "kernelVersion"),
                    required(properties, "directory"),
                    Long.parseLong(required(properties, "kernelSize")),
                    required(properties, "initrd"),
                    Long.parseLong(required(properties, "initrdSize")),
                    required(properties, "recipe"),
                    modules(required(properties, "modules")));
            Path directory = file.resolveSibling(record.directory);
            boolean whole = Files.size(directory.resolve("kernel")) == record.kernelSize
                    && Files.size(directory.resolve(record.initrd)) == record.initrdSize;
            return whole ? Optional.of(record) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            // Damaged by somebody, or written by another version of Ravel: as good as not there.
            return Optional.empty();
        }
    }

    private static String required(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }

    /** "failover net_failover:failover virtio_net:net_failover". */
    private static List<Module> modules(String text) {
        List<Module> modules = new ArrayList<>();
        for (String word : words(text, " ")) {
            String[] parts = word.split(":", 2);
            modules.add(new Module(parts[0], parts.length < 2 ? List.of() : words(parts[1], ",")));
        }
        return List.copyOf(modules);
    }

    private static List<String> words(String text, String separator) {
        return text.isEmpty() ? List.of() : List.of(text.split(separator));
    }

    /** Writes the record; from then on the cache holds the guest. */
    void write(Path file) throws GuestException {
        StringBuilder list = new StringBuilder();
        for (Module module : modules) {
            list.append(list.isEmpty() ? "" : " ").append(module.name);
            list.append(module.depends.isEmpty() ? "" : ":" + String.join(",", module.depends));
        }
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "id", id,
                "suite", suite,
                "kernelVersion", kernelVersion,
                "directory", directory,
                "kernelSize", String.valueOf(kernelSize),
                "initrd", initrd,
                "initrdSize", String.valueOf(initrdSize),
                "recipe", recipe,
                "modules", list.toString()));
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw GuestCache.cannotWrite(file, e);
        }
        GuestCache.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
