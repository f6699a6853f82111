package dev.ravel.cli;

import dev.ravel.pack.ReadyFiles;
import java.util.Map;

/** The file of {@link ReadyCommands}. */
public final class ReadyCommandsFile implements ReadyFiles {
    /** Called by {@link java.util.ServiceLoader}. */
    public ReadyCommandsFile() {}

    @Override
    public Map<String, byte[]> files() {
        return Map.of(ReadyCommands.PLACE, ReadyCommands.found());
    }
}
