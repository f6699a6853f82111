package dev.ravel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files that options ask for. */
final class Output {
    private Output() {}

    static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new CliException("cannot write " + file + ": " + Failure.reason(e), e);
        }
    }
}
