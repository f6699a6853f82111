package dev.ravel.asm.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the files that {@code .include} and {@code .incbin} name. */
@FunctionalInterface
public interface SourceResolver {

    /**
     * The contents of a file, or nothing if there is no such file.
     *
     * @param name the name as written in the directive
     * @param includedFrom the name of the source that holds the directive
     */
    Optional<byte[]> resolve(String name, String includedFrom);

    /** Knows no files. */
    static SourceResolver none() {
        return (name, includedFrom) -> Optional.empty();
    }

    /**
     * Looks into the given directories, in order. A file that exists but cannot be read throws UncheckedIOException,
     * which the assembler reports as any other mistake.
     */
    static SourceResolver directories(Path... directories) {
        return (name, includedFrom) -> {
            for (Path directory : directories) {
                Path file;
                try {
                    file = directory.resolve(name);
                } catch (InvalidPathException e) {
                    return Optional.empty();
                }
                if (Files.isRegularFile(file)) {
                    try {
                        return Optional.of(Files.readAllBytes(file));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
            return Optional.empty();
        };
    }
}
