package dev.ravel.benchmarks.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the time of a measurement, which goes with all that is in it, also when the user interrupts. */
final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final Thread remover = new Thread(this::remove);

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes an empty one.
     *
     * @throws BenchException if the host refuses
     */
    static TemporaryFolder create() {
        try {
            TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory("ravel-bench"));
            Runtime.getRuntime().addShutdownHook(folder.remover);
            return folder;
        } catch (IOException e) {
            throw new BenchException("cannot make a temporary folder: " + e, e);
        }
    }

    Path path() {
        return path;
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Removed already.
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(TemporaryFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} was not removed", path);
        }
    }

    @Override
    public void close() {
        remove();
        Programs.forget(remover);
    }
}
