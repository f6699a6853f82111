package dev.ravel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files that options ask for. */
final class Output {
    private Output() {}

    /** Complains before the work is done if {@code file} could not be written after it. */
    static void requireFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new CliException("cannot write " + file + ": it is a folder");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CliException("cannot write " + file + ": no such folder");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new CliException("cannot write " + file + ": permission denied");
        }
    }

    static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new CliException("cannot write " + file + ": " + Failure.reason(e), e);
        }
    }
}
