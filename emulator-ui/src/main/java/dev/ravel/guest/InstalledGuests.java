package dev.ravel.guest;

import dev.ravel.machine.config.ShareConfig;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The guests that a user has installed, each a folder with its disk, and a {@link BootFolder} with the kernel and initramfs
 * that boot it; those of older releases have these two in the folder itself. A folder gets its name when the guest is whole;
 * one whose name begins with a dot is being made, or was left by a process that was killed.
 */
public final class InstalledGuests {
    private static final String RECORD = "guest.properties";
    private static final String DISK = "disk.qcow2";
    private static final String KERNEL = "kernel";
    private static final String INITRD = "initrd";
    private static final String BOOT = "boot";

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
                    .filter(this::exists)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Whether there is a guest of that name; it may have broken what boots it. */
    public boolean exists(String name) {
        return record(name).isPresent();
    }

    /** What was written down of a guest, if all is there that is not its own to change. */
    private Optional<Properties> record(String name) {
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
        Stream<String> files = boot(name).exists() ? Stream.of(DISK) : Stream.of(DISK, KERNEL, INITRD);
        return files.allMatch(file -> Files.isReadable(folder.resolve(file)))
                ? Optional.of(properties)
                : Optional.empty();
    }

    private BootFolder boot(String name) {
        return new BootFolder(root.resolve(name).resolve(BOOT));
    }

    /**
     * A guest, if there is one of that name.
     *
     * @throws GuestException if it has no kernel or initramfs any more that could be booted
     */
    public Optional<Guest> find(String name) throws GuestException {
        Optional<Properties> record = record(name);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        Path disk = root.resolve(name).resolve(DISK);
        String commandLine = record.get().getProperty("commandLine", "");
        BootFolder.Images images = images(name, record.get(), disk, commandLine);
        return Optional.of(new Guest(
                name,
                record.get().getProperty("suite", ""),
                images.version(),
                images.kernel(),
                images.initrd(),
                commandLine,
                Optional.of(disk)));
    }

    private BootFolder.Images images(String name, Properties record, Path disk, String commandLine)
            throws GuestException {
        BootFolder boot = boot(name);
        if (!boot.exists()) {
            Path folder = root.resolve(name);
            String version = record.getProperty("kernelVersion", "");
            return new BootFolder.Images(folder.resolve(KERNEL), folder.resolve(INITRD), version);
        }
        try {
            return boot.images();
        } catch (GuestException e) {
            throw new GuestException(
                    e.getMessage() + "; boot the guest with 'ravel run --kernel FILE --initrd FILE --append \""
                            + commandLine + "\" --disk " + disk + " --share " + boot.folder() + ",tag="
                            + BootFolder.TAG + "', and run 'update-initramfs -u' there",
                    e);
        }
    }

    /** Through which a guest changes what boots it, if it can. */
    Optional<ShareConfig> bootShare(String name) {
        return exists(name) && boot(name).exists() ? Optional.of(boot(name).share()) : Optional.empty();
    }

    /**
     * Deletes a guest with its disk.
     *
     * @return whether it was there
     */
    public boolean remove(String name) throws GuestException {
        if (!exists(name)) {
            return false;
        }
        Path going = going(name);
        GuestCache.delete(going);
        try {
            Files.move(root.resolve(name), going, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw cannotWrite(root.resolve(name), e);
        }
        GuestCache.delete(going);
        return true;
    }

    /** What is being deleted has this name. */
    private Path going(String name) {
        return root.resolve("." + name + ".removed");
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
            GuestCache.delete(going(name));
            Files.createDirectories(draft.scratch());
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
        private static final int DELETIONS = 20;

        private final String name;
        private final Path folder;
        private final FileChannel lock;
        private boolean published;

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
                new BootFolder(folder.resolve(BOOT)).make(kernel, initrd, kernelVersion);
                properties.store(text, null);
                GuestCache.write(folder.resolve(RECORD), text.toString().getBytes(StandardCharsets.UTF_8));
                GuestCache.delete(scratch());
                appear();
            } catch (IOException e) {
                throw cannotWrite(root.resolve(name), e);
            }
            return find(name).orElseThrow(() -> new GuestException(root.resolve(name) + ": files are missing"));
        }

        private synchronized void appear() throws IOException {
            Files.move(folder, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            published = true;
        }

        /**
         * Leaves nothing of it while others are still at work on it: from now on they find no folder to write into.
         *
         * @return whether it was no guest yet
         */
        synchronized boolean abandon() throws GuestException {
            if (published) {
                return false;
            }
            Path going = going(name);
            try {
                Files.move(folder, going, StandardCopyOption.ATOMIC_MOVE);
                deleteBusy(going);
                Files.deleteIfExists(root.resolve("." + name + ".lock"));
            } catch (NoSuchFileException e) {
                // It was deleted already.
            } catch (IOException e) {
                throw cannotWrite(folder, e);
            }
            return true;
        }

        /** A machine may still make files in a folder that it has open. */
        private static void deleteBusy(Path folder) throws GuestException {
            for (int i = 1; i < DELETIONS; i++) {
                try {
                    GuestCache.delete(folder);
                    return;
                } catch (GuestException e) {
                    // Again.
                }
            }
            GuestCache.delete(folder);
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
