package dev.ravel.guest;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The guests that a user has installed, each a folder with its disk, and the kernel and initramfs that boot it. A folder
 * gets its name when the guest is whole; one whose name begins with a dot is being made, or was left by a process that was
 * killed.
 */
public final class InstalledGuests {
    private static final String RECORD = "guest.properties";
    private static final String DISK = "disk.qcow2";
    private static final String KERNEL = "kernel";
    private static final String INITRD = "initrd";

    private final Path root;

    /** Those below a folder, which need not exist yet. */
    public InstalledGuests(Path root) {
        this.root = root;
    }

    /** Those of this user: in {@code $XDG_DATA_HOME/ravel/guests}, or below {@code ~/.local/share}. */
    public static InstalledGuests ofUser() {
        return new InstalledGuests(ofUser(System.getenv()));
    }

    static Path ofUser(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".local", "share");
        return base.resolve("ravel").resolve("guests");
    }

    /** Their names in order. */
    public List<String> names() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> find(name).isPresent())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** A guest, if there is one of that name and all its files are there. */
    public Optional<Guest> find(String name) {
        if (!isName(name)) {
            return Optional.empty();
        }
        Path folder = root.resolve(name);
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(folder.resolve(RECORD))));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
        boolean whole = Stream.of(DISK, KERNEL, INITRD).allMatch(file -> Files.isReadable(folder.resolve(file)));
        if (!whole) {
            return Optional.empty();
        }
        return Optional.of(new Guest(
                name,
                properties.getProperty("suite", ""),
                properties.getProperty("kernelVersion", ""),
                folder.resolve(KERNEL),
                folder.resolve(INITRD),
                properties.getProperty("commandLine", ""),
                Optional.of(folder.resolve(DISK))));
    }

    /**
     * Deletes a guest with its disk.
     *
     * @return whether it was there
     */
    public boolean remove(String name) throws GuestException {
        if (find(name).isEmpty()) {
            return false;
        }
        Path going = root.resolve("." + name + ".removed");
        GuestCache.delete(going);
        try {
            Files.move(root.resolve(name), going, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw cannotWrite(root.resolve(name), e);
        }
        GuestCache.delete(going);
        return true;
    }

    /** Whether a guest can be called so: the name is its host's name too (RFC 1123, 2.1). */
    static boolean isName(String name) {
        return name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    }

    /**
     * Begins a new guest.
     *
     * @throws GuestException if the name cannot be one or is taken, or another process makes a guest of that name
     */
    Draft begin(String name) throws GuestException {
        if (!isName(name)) {
            throw new GuestException(
                    "'" + name + "' cannot be a guest's name: it is that of its host, of up to 63 small"
                            + " letters, digits and hyphens");
        }
        requireFree(name);
        Path folder = root.resolve("." + name + ".new");
        try {
            Files.createDirectories(root);
            Draft draft = new Draft(name, folder, lock(name));
            // Another process may have made it until now.
            requireFree(name);
            GuestCache.delete(folder);
            Files.createDirectory(folder);
            return draft;
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    private void requireFree(String name) throws GuestException {
        if (Guests.isOurs(name) || Files.exists(root.resolve(name))) {
            throw new GuestException("there is a guest " + name + " already; take another name, or remove it first");
        }
    }

    private FileChannel lock(String name) throws IOException, GuestException {
        FileChannel channel = FileChannel.open(
                root.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new GuestException("another Ravel is making the guest " + name + " just now");
        }
        return channel;
    }

    /** Bytes that the host's disk has left for guests. */
    long room() throws GuestException {
        try {
            Files.createDirectories(root);
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw cannotWrite(root, e);
        }
    }

    /** Where guests are. */
    Path root() {
        return root;
    }

    static GuestException cannotWrite(Path path, IOException e) {
        return new GuestException(
                path + ": cannot be written: " + GuestCache.reason(e)
                        + "; make room, or set XDG_DATA_HOME to another folder",
                e);
    }

    /** A guest that is being made. Unless it is published, closing it leaves nothing of it. */
    final class Draft implements AutoCloseable {
        private final String name;
        private final Path folder;
        private final FileChannel lock;

        private Draft(String name, Path folder, FileChannel lock) {
            this.name = name;
            this.folder = folder;
            this.lock = lock;
        }

        String name() {
            return name;
        }

        /** Of files that are not the guest's. */
        Path scratch() {
            return folder.resolve("scratch");
        }

        /** Where its packages are while it is made. */
        Path packages() {
            return scratch().resolve("packages");
        }

        /** The disk. */
        Path disk() {
            return folder.resolve(DISK);
        }

        /**
         * Makes it a guest, with kernel and initramfs from elsewhere on the same file system.
         *
         * @param commandLine what the kernel is told
         */
        Guest publish(String suite, String kernelVersion, Path kernel, Path initrd, String commandLine)
                throws GuestException {
            Properties properties = new Properties();
            properties.putAll(Map.of("suite", suite, "kernelVersion", kernelVersion, "commandLine", commandLine));
            StringWriter text = new StringWriter();
            try {
                Files.move(kernel, folder.resolve(KERNEL));
                Files.move(initrd, folder.resolve(INITRD));
                properties.store(text, null);
                GuestCache.write(folder.resolve(RECORD), text.toString().getBytes(StandardCharsets.UTF_8));
                GuestCache.delete(scratch());
                Files.move(folder, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw cannotWrite(root.resolve(name), e);
            }
            return find(name).orElseThrow(() -> new GuestException(root.resolve(name) + ": files are missing"));
        }

        @Override
        public void close() throws GuestException {
            try {
                GuestCache.delete(folder);
                Files.deleteIfExists(root.resolve("." + name + ".lock"));
                lock.close();
            } catch (IOException e) {
                throw cannotWrite(folder, e);
            }
        }
    }
}
