package dev.ravel.cli;

import dev.ravel.launch.ReadyFile;

/** The file of {@link ReadyCommands}. */
public final class ReadyCommandsFile implements ReadyFile {
    /** Called by {@link java.util.ServiceLoader}. */
    public ReadyCommandsFile() {}

    @Override
    public String place() {
        return ReadyCommands.PLACE;
    }

    @Override
    public byte[] made() {
        return ReadyCommands.found();
    }
}
