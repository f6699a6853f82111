package dev.ravel.machine.config;

import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.device.FwCfg;
import dev.ravel.virtio.DriverFaultException;
import dev.ravel.virtio.GuestMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * QEMU's firmware configuration device, which every machine has: files for firmware and kernel, and what the firmware is to start.
 *
 * @param items the files; no two have the same name
 * @param start empty if the firmware is to find something itself
 */
public record FwCfgConfig(List<Item> items, Optional<Start> start) implements DeviceConfig {
    private static final Field ITEMS = new Field.Device(FwCfgConfig.class, "fw_cfg", "items");
    private static final int MOST_ITEMS = FwCfg.FILE_SLOTS - FwCfg.ownFiles().size();

    /**
     * A file.
     *
     * @param name 1 to 55 characters of ASCII that can be printed; {@code opt/} and a domain of one's own begin a name
     *     that nobody else gives
     */
    public record Item(String name, Content content) {
        /**
         * Checks the name.
         *
         * @throws ConfigurationException if it cannot be one
         */
        public Item {
            boolean printable = name.chars().allMatch(c -> c > ' ' && c < 0x7f);
            if (name.isEmpty() || name.length() > FwCfg.LONGEST_NAME || !printable) {
                throw new ConfigurationException(
                        ITEMS,
                        "'" + name + "' cannot be a name; give one of 1 to " + FwCfg.LONGEST_NAME
                                + " ASCII characters without blanks");
            }
        }
    }

    /**
     * What a firmware that knows of it starts, from the host's files as they are when the machine is built.
     *
     * @param kernel may be compressed with gzip, xz or zstd
     */
    public record Start(Path kernel, Optional<Path> initrd, Optional<String> commandLine) {
        private FwCfg.Start read() {
            return new FwCfg.Start(
                    content(Field.Part.KERNEL, kernel, ImageLoader::readUnpacked),
                    initrd.map(file -> content(Field.Part.INITRD, file, ImageLoader::readFile)),
                    commandLine);
        }

        private interface Reader {
            byte[] read(Path file) throws ImageException;
        }

        private static byte[] content(Field.Part field, Path file, Reader reader) {
            try {
                return reader.read(file);
            } catch (ImageException e) {
                throw new ConfigurationException(field, String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** What is in a file. */
    public sealed interface Content {
        /** What a file of the host holds when the machine is built. */
        record File(Path path) implements Content {}

        /** A text in UTF-8, without a zero after it. */
        record Text(String text) implements Content {}
    }

    /**
     * Checks that the names differ and that there is room.
     *
     * @throws ConfigurationException if not
     */
    public FwCfgConfig {
        items = List.copyOf(items);
        Set<String> names = new HashSet<>(FwCfg.ownFiles().keySet());
        for (Item item : items) {
            if (!names.add(item.name)) {
                throw new ConfigurationException(ITEMS, item.name + ": there is a file of this name already");
            }
        }
        if (items.size() > MOST_ITEMS) {
            throw new ConfigurationException(
                    ITEMS, items.getLast().name + ": there is room for " + MOST_ITEMS + " files only");
        }
    }

    /** Files, and nothing that the firmware is told to start. */
    public FwCfgConfig(List<Item> items) {
        this(items, Optional.empty());
    }

    /** The files of both. */
    public FwCfgConfig and(FwCfgConfig other) {
        return new FwCfgConfig(
                Stream.concat(items.stream(), other.items.stream()).toList(), start.or(other::start));
    }

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.stream().anyMatch(FwCfgConfig.class::isInstance)) {
            throw new ConfigurationException(ITEMS, "given twice: a machine has one device only");
        }
    }

    @Override
    public void attach(Backplane board) {
        Map<String, byte[]> files = new HashMap<>();
        items.forEach(item -> files.put(item.name, read(item)));
        board.map(
                new FwCfg(new Ram(board.memory()), board.harts(), files, start.map(Start::read)),
                Board.FW_CFG,
                FwCfg.SIZE);
    }

    private static byte[] read(Item item) {
        return switch (item.content) {
            case Content.Text text -> text.text.getBytes(StandardCharsets.UTF_8);
            case Content.File file -> {
                try {
                    yield Files.readAllBytes(file.path);
                } catch (NoSuchFileException e) {
                    throw unreadable(item, file, "does not exist", e);
                } catch (AccessDeniedException e) {
                    throw unreadable(item, file, "is not readable; change its permissions", e);
                } catch (IOException | OutOfMemoryError e) {
                    throw unreadable(item, file, "cannot be read: " + e.getMessage(), e);
                }
            }
        };
    }

    private static ConfigurationException unreadable(Item item, Content.File file, String why, Throwable cause) {
        return new ConfigurationException(ITEMS, item.name + ": " + file.path + " " + why, cause);
    }

    /** What the device sees of the machine's memory. */
    private record Ram(GuestMemory memory) implements FwCfg.Memory {
        @Override
        public Optional<byte[]> read(long address, int length) {
            byte[] bytes = new byte[length];
            try {
                memory.read(address, bytes, 0, length);
                return Optional.of(bytes);
            } catch (DriverFaultException e) {
                return Optional.empty();
            }
        }

        @Override
        public boolean write(long address, byte[] bytes, int from, int length) {
            try {
                memory.write(address, bytes, from, length);
                return true;
            } catch (DriverFaultException e) {
                return false;
            }
        }
    }
}
