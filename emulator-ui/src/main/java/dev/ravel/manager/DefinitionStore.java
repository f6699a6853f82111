package dev.ravel.manager;

import dev.ravel.engine.EngineProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that a user's machines are kept in. It is replaced as a whole, and whoever changes it holds a lock and starts from
 * what it says at that moment: so several windows and processes may change it at once. May be used by several threads.
 */
public final class DefinitionStore {
    private final UserFile file;

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

    /** A store in a file, which need not exist yet. */
    public DefinitionStore(Path file) {
        this(new UserFile(file));
    }

    private DefinitionStore(UserFile file) {
        this.file = file;
    }

    /** {@code $XDG_CONFIG_HOME/ravel/machines.json}, or below {@code ~/.config} where that variable is no absolute path. */
    public static DefinitionStore ofUser(Map<String, String> environment) {
        return new DefinitionStore(UserFile.ofUser(environment, "machines.json"));
    }

    /**
     * The machines. Without a file these are a few usual ones; a file that makes no sense is kept under another name, and then
     * too.
     */
    public Contents load() {
        try {
            return file.exists() ? locked(this::read) : new Contents(usual(), Optional.empty());
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
            file.write(DefinitionFormat.write(after));
            return new Contents(after, before.notice);
        });
    }

    private static List<MachineDefinition> usual() {
        return MachineDefinition.usual(EngineProvider.preferred().name());
    }

    private Contents read() throws IOException {
        UserFile.Contents<List<MachineDefinition>> contents =
                file.read(DefinitionFormat::read, usual(), "the machines are the usual ones");
        return new Contents(contents.value(), contents.notice());
    }

    private <T> T locked(UserFile.Work<T, ManagerException> work) throws ManagerException {
        try {
            return file.locked(work);
        } catch (IOException e) {
            throw new ManagerException(file.complaint(e), e);
        }
    }
}
