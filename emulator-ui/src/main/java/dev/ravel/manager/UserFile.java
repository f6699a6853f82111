package dev.ravel.manager;

import dev.ravel.manager.UserJson.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file in a user's configuration folder, which need not exist yet. It is replaced as a whole, and whoever changes it holds a
 * lock: so several windows and processes may change it at once. May be used by several threads.
 */
public final class UserFile {
    /** A file lock belongs to the process, so threads of this one need a lock of their own. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path file;

    /**
     * What is done under the lock.
     *
     * @param <E> what it may throw besides
     */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        /** Does it. */
        T work() throws IOException, E;
    }

    /** What a file's text means. */
    @FunctionalInterface
    public interface Format<T> {
        /** Reads it. */
        T read(String text) throws DamagedException;
    }

    /**
     * What the file says.
     *
     * @param notice a line for the user, if that is not what he left there
     */
    public record Contents<T>(T value, Optional<String> notice) {}

    /** The file at that place. */
    public UserFile(Path file) {
        this.file = file;
    }

    /** {@code $XDG_CONFIG_HOME/ravel/NAME}, or below {@code ~/.config} where that variable is no absolute path. */
    public static UserFile ofUser(Map<String, String> environment, String name) {
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".config");
        return new UserFile(base.resolve("ravel").resolve(name));
    }

    /** Its place. */
    @Override
    public String toString() {
        return file.toString();
    }

    /** Whether it is there. */
    public boolean exists() {
        return Files.exists(file);
    }

    /** Does something while nobody else does. */
    public <T, E extends Exception> T locked(Work<T, E> work) throws IOException, E {
        IN_THIS_PROCESS.lock();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path lock = file.resolveSibling(file.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock();
                return work.work();
            }
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    /**
     * What it says; to be called under the lock, as {@link #write}. Without a file that is {@code usual}; a file that makes no sense is
     * kept under another name, and then too.
     *
     * @param instead what the user sees then, in a few words
     */
    public <T> Contents<T> read(Format<T> format, T usual, String instead) throws IOException {
        try {
            return new Contents<>(format.read(Files.readString(file)), Optional.empty());
        } catch (NoSuchFileException e) {
            return new Contents<>(usual, Optional.empty());
        } catch (CharacterCodingException e) {
            return damaged("it is no UTF-8", usual, instead);
        } catch (DamagedException e) {
            return damaged(String.valueOf(e.getMessage()), usual, instead);
        }
    }

    private <T> Contents<T> damaged(String why, T usual, String instead) throws IOException {
        return new Contents<>(
                usual,
                Optional.of(file + " is damaged (" + why + "): it is kept as "
                        + keepAside().getFileName() + ", and " + instead));
    }

    /** Makes room for another: it gets a name that nothing has yet, which is returned. */
    private Path keepAside() throws IOException {
        int number = 1;
        Path aside;
        do {
            aside = file.resolveSibling(file.getFileName() + ".damaged-" + number++);
        } while (Files.exists(aside));
        Files.move(file, aside);
        return aside;
    }

    /** Replaces it. */
    public void write(String text) throws IOException {
        // Who keeps the file elsewhere, behind a symbolic link, finds it there.
        Path target = Files.exists(file) ? file.toRealPath() : file;
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Why the file, or any other, cannot be read or written, in a line with what can be done. */
    public String complaint(IOException e) {
        return file + ": cannot be read or written: " + reason(e) + "; see to it, or set XDG_CONFIG_HOME";
    }

    static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
