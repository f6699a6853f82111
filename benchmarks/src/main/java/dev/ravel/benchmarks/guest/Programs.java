package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the host: finds and runs them. */
final class Programs {
    private Programs() {}

    /**
     * How a program ended.
     *
     * @param output standard output and error
     * @param seconds from before its start to after its end
     */
    record Result(int status, String output, double seconds) {}

    /** The executable of that name on the host's {@code PATH}. */
    static Optional<Path> onPath(String name) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a program to its end, with nothing on its standard input.
     *
     * @throws BenchException if it cannot be started or is not done in time; then it is killed
     */
    static Result run(List<String> command, Path folder, Duration limit) {
        try {
            Path output = Files.createTempFile("ravel-bench", ".out");
            try {
                return run(command, folder, limit, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new BenchException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static Result run(List<String> command, Path folder, Duration limit, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true);
        long start = System.nanoTime();
        Process process = builder.start();
        // If this process ends, so does the other.
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BenchException(command.getFirst() + " was not done after " + limit.toSeconds() + " s: "
                        + String.join(" ", command));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1), seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } finally {
            process.destroyForcibly();
            TemporaryFolder.forget(killer);
        }
    }
}
