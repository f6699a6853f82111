package dev.ravel.benchmarks.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much processor time the threads of a process had taken at a moment. Only Linux tells that of another process.
 *
 * @param nanoTime the moment, by {@link System#nanoTime}
 * @param threads by their numbers
 */
record ProcessorTimes(long nanoTime, Map<String, ThreadTime> threads) {
    /**
     * A thread.
     *
     * @param name as the kernel keeps it: the first 15 bytes
     */
    record ThreadTime(String name, long nanoseconds) {}

    ProcessorTimes {
        threads = Map.copyOf(threads);
    }

    /** Those of a process now; empty where the host does not tell. */
    static Optional<ProcessorTimes> of(long process) {
        Map<String, ThreadTime> threads = new HashMap<>();
        long now = System.nanoTime();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(process), "task"))) {
            for (Path task : tasks) {
                read(task).ifPresent(time -> threads.put(task.getFileName().toString(), time));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return threads.isEmpty() ? Optional.empty() : Optional.of(new ProcessorTimes(now, threads));
    }

    /** Empty for a thread that has just ended, or if the kernel was built without these counts. */
    private static Optional<ThreadTime> read(Path task) {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            String onProcessor = Files.readString(task.resolve("schedstat")).split(" ", 2)[0];
            return Optional.of(new ThreadTime(name, Long.parseLong(onProcessor)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
