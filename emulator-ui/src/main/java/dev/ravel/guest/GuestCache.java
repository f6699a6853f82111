package dev.ravel.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The folder of the user's cache in which guests lie. Files get their names only when they are whole, by renaming
 * within the folder; whoever changes it holds {@link #lock}.
 */
final class GuestCache {
    /** A file lock belongs to the process, so threads of this one need a lock of their own. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path root;

    /** The cache below a folder, which need not exist yet. */
    GuestCache(Path root) {
        this.root = root;
    }

    /** {@code $XDG_CACHE_HOME/ravel}, or {@code ~/.cache/ravel} where that variable is not an absolute path. */
    static Path ofUser(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("ravel");
    }

    Path guests() {
        return root.resolve("guests");
    }

    Path downloads() {
        return root.resolve("downloads");
    }

    /** Held by who changes the cache. */
    record Lock(FileChannel channel, FileLock lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                IN_THIS_PROCESS.unlock();
            }
        }
    }

    /** Waits until nobody else changes the cache; makes its folders. */
    Lock lock(FetchProgress progress) throws GuestException {
        createDirectories(guests());
        createDirectories(downloads());
        Path file = root.resolve("lock");
        if (!IN_THIS_PROCESS.tryLock()) {
            progress.step("waiting for the other fetch");
            IN_THIS_PROCESS.lock();
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                progress.step("waiting for another Ravel, which fetches a guest");
                lock = channel.lock();
            }
            return new Lock(channel, lock);
        } catch (IOException e) {
            IN_THIS_PROCESS.unlock();
            throw cannotWrite(file, e);
        }
    }

    static void createDirectories(Path directory) throws GuestException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw cannotWrite(directory, e);
        }
    }

    /** Writes a file that others see whole or not at all, also after the power fails. */
    static void write(Path file, byte[] content) throws GuestException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Deletes a file or a whole folder, if it exists. */
    static void delete(Path path) throws GuestException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(path)) {
            for (Path p : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw new GuestException(path + ": cannot be deleted: " + reason(e), e);
        }
    }

    static GuestException cannotWrite(Path path, IOException e) {
        return new GuestException(
                path + ": cannot be written: " + reason(e) + "; make room, or set XDG_CACHE_HOME to another folder", e);
    }

    static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
