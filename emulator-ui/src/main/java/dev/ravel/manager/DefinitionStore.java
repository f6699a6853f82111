package dev.ravel.manager;

import dev.ravel.engine.EngineProvider;
import dev.ravel.manager.DefinitionFormat.DamagedException;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The file that a user's machines are kept in. It is replaced as a whole, and whoever changes it holds a lock and starts from
 * what it says at that moment: so several windows and processes may change it at once. May be used by several threads.
 */
public final class DefinitionStore {
    /** A file lock belongs to the process, so threads of this one need a lock of their own. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path file;

    /**
     * What the file says.
     *
     * @param notice a line for the user, if the machines are not what he left there
     */
    public record Contents(List<MachineDefinition> machines, Optional<String> notice) {}

    /** Makes a new list of machines out of that which is there. */
    @FunctionalInterface
    interface Change {
        List<MachineDefinition> apply(List<MachineDefinition> machines) throws ManagerException;
    }

    private interface Work<T> {
        T work() throws IOException, ManagerException;
    }

    /** A store in a file, which need not exist yet. */
    public DefinitionStore(Path file) {
        this.file = file;
    }

    /** {@code $XDG_CONFIG_HOME/ravel/machines.json}, or below {@code ~/.config} where that variable is no absolute path. */
    public static DefinitionStore ofUser(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".config");
        return new DefinitionStore(base.resolve("ravel").resolve("machines.json"));
    }

    /**
     * The machines. Without a file these are a few usual ones; a file that makes no sense is kept under another name, and then
     * too.
     */
    public Contents load() {
        try {
            return Files.exists(file) ? locked(this::read) : new Contents(usual(), Optional.empty());
        } catch (ManagerException e) {
            return new Contents(usual(), Optional.of(e.line()));
        }
    }

    /**
     * Changes the machines.
     *
     * @return what they are now
     * @throws ManagerException if the change cannot be made, or not be written; the file is then as it was
     */
    Contents update(Change change) throws ManagerException {
        return locked(() -> {
            Contents before = read();
            List<MachineDefinition> after = List.copyOf(change.apply(before.machines));
            write(DefinitionFormat.write(after));
            return new Contents(after, before.notice);
        });
    }

    private static List<MachineDefinition> usual() {
        return MachineDefinition.usual(EngineProvider.preferred().name());
    }

    private Contents read() throws IOException {
        try {
            return new Contents(DefinitionFormat.read(Files.readString(file)), Optional.empty());
        } catch (NoSuchFileException e) {
            return new Contents(usual(), Optional.empty());
        } catch (CharacterCodingException e) {
            return damaged("it is no UTF-8");
        } catch (DamagedException e) {
            return damaged(String.valueOf(e.getMessage()));
        }
    }

    private Contents damaged(String why) throws IOException {
        Path aside = keepAside();
        return new Contents(
                usual(),
                Optional.of(file + " is damaged (" + why + "): it is kept as " + aside.getFileName()
                        + ", and the machines are the usual ones"));
    }

    private Path keepAside() throws IOException {
        int number = 1;
        Path aside;
        do {
            aside = file.resolveSibling(file.getFileName() + ".damaged-" + number++);
        } while (Files.exists(aside));
        Files.move(file, aside);
        return aside;
    }

    private void write(String text) throws IOException {
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

    private <T> T locked(Work<T> work) throws ManagerException {
        IN_THIS_PROCESS.lock();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path lock = file.resolveSibling(file.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock();
                return work.work();
            }
        } catch (IOException e) {
            throw new ManagerException(
                    file + ": cannot be read or written: " + reason(e) + "; see to it, or set XDG_CONFIG_HOME", e);
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
