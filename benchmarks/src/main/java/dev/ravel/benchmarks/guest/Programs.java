package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Programs of the host: finds and runs them. */
public final class Programs {
    private Programs() {}

    /**
     * How a program ended.
     *
     * @param output standard output and error
     * @param seconds from before its start to after its end
     */
    public record Result(int status, String output, double seconds) {}

    /** The executable of that name on the host's {@code PATH}. */
    public static Optional<Path> onPath(String name) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The executable of the first of these names that is on the host's {@code PATH}. */
    static Optional<Path> firstOnPath(List<String> names) {
        return names.stream().flatMap(name -> onPath(name).stream()).findFirst();
    }

    /**
     * Runs a program to its end, with nothing on its standard input.
     *
     * @throws BenchException if it cannot be started or is not done in time; then it is killed
     */
    static Result run(List<String> command, Path folder, Duration limit) {
        return run(command, folder, limit, Map.of());
    }

    /** As the other, with these variables in its environment too. */
    public static Result run(List<String> command, Path folder, Duration limit, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile("ravel-bench", ".out");
            try {
                ProcessBuilder builder = builder(command, folder).redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                return run(builder, limit, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new BenchException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program until it has printed that, and kills it.
     *
     * @return seconds from before its start
     * @throws BenchException if it cannot be started, or ends before, or does not print it in time
     */
    public static double secondsUntil(String marker, List<String> command, Path folder, Duration limit) {
        try (Running program = Running.start(builder(command, folder))) {
            program.endAfter(limit);
            try (InputStream output = program.process.getInputStream()) {
                StringBuilder text = new StringBuilder();
                // Only what came last is looked at: this process runs beside the one that is measured.
                while (text.indexOf(marker, text.length() - marker.length()) < 0) {
                    int next = output.read();
                    if (next < 0) {
                        throw new BenchException(String.join(" ", command) + " ended without printing \"" + marker
                                + "\", or was ended after " + limit.toSeconds() + " s; its last line: "
                                + text.toString().lines().reduce("(none)", (first, last) -> last));
                    }
                    text.append((char) next);
                }
                return program.seconds();
            }
        } catch (IOException e) {
            throw new BenchException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program to its end, with nothing on its standard input.
     *
     * @param listener told each line as soon as it is printed, with the number of the process
     * @return what it printed, too; one that is not done in time is killed, and its status says so
     * @throws BenchException if it cannot be started
     */
    public static Result follow(List<String> command, Path folder, Duration limit, BiConsumer<Long, String> listener) {
        try (Running program = Running.start(builder(command, folder))) {
            program.endAfter(limit);
            StringBuilder text = new StringBuilder();
            try (BufferedReader output = program.process.inputReader(StandardCharsets.ISO_8859_1)) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    listener.accept(program.process.pid(), line);
                    text.append(line).append('\n');
                }
            }
            int status = program.process.onExit().join().exitValue();
            return new Result(status, text.toString(), program.seconds());
        } catch (IOException e) {
            throw new BenchException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program to its end, with nothing on its standard input, and nowhere for what it prints.
     *
     * @param watcher told the number of the process, time and again
     * @return how it ended
     * @throws BenchException if it cannot be started
     */
    public static int watch(
            List<String> command, Path folder, Map<String, String> environment, Duration every, LongConsumer watcher) {
        ProcessBuilder builder = builder(command, folder).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        try (Running program = Running.start(builder)) {
            while (!program.process.waitFor(every)) {
                watcher.accept(program.process.pid());
            }
            return program.process.exitValue();
        } catch (IOException e) {
            throw new BenchException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** A process that does not outlive this one. */
    private record Running(Process process, Thread killer, long start) implements AutoCloseable {
        static Running start(ProcessBuilder builder) throws IOException {
            long start = System.nanoTime();
            Process process = builder.start();
            Thread killer = new Thread(process::destroyForcibly);
            Runtime.getRuntime().addShutdownHook(killer);
            return new Running(process, killer, start);
        }

        /** Kills it if it is not done by itself. */
        void endAfter(Duration limit) {
            process.onExit()
                    .completeOnTimeout(process, limit.toMillis(), TimeUnit.MILLISECONDS)
                    .thenRun(process::destroyForcibly);
        }

        /** Since before its start. */
        double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
            TemporaryFolder.forget(killer);
        }
    }

    private static ProcessBuilder builder(List<String> command, Path folder) {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true);
    }

    private static Result run(ProcessBuilder builder, Duration limit, Path output) throws IOException {
        List<String> command = builder.command();
        try (Running program = Running.start(builder)) {
            if (!program.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BenchException(command.getFirst() + " was not done after " + limit.toSeconds() + " s: "
                        + String.join(" ", command));
            }
            double seconds = program.seconds();
            return new Result(
                    program.process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1), seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
