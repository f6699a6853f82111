package dev.ravel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the time of a measurement, which goes with all that is in it, also when the user interrupts. */
public final class TemporaryFolder implements AutoCloseable {
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
    public static TemporaryFolder create() {
        try {
            TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory("ravel-bench"));
            Runtime.getRuntime().addShutdownHook(folder.remover);
            return folder;
        } catch (IOException e) {
            throw new BenchException("cannot make a temporary folder: " + e, e);
        }
    }

    /** Where it is. */
    public Path path() {
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
        forget(remover);
    }

    /** Takes back what was to be done at the end of this process. */
    public static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process ends just now: the hook has run or will.
        }
    }
}
