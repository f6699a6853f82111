package dev.ravel.benchmarks.memory;

import dev.ravel.benchmarks.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much of the host's memory a process has. */
final class ResidentMemory {
    private static final String LINE = "VmRSS:";

    private ResidentMemory() {}

    /**
     * Bytes that are in memory of that process now, shared ones included.
     *
     * @throws BenchException if the host does not tell, which only Linux does
     */
    static long of(long process) {
        try {
            return of(Files.readAllLines(Path.of("/proc", Long.toString(process), "status")));
        } catch (IOException e) {
            throw new BenchException("how much memory a process has, only Linux tells: " + e.getMessage(), e);
        }
    }

    /** As Linux writes it: {@code VmRSS:      1234 kB}. */
    static long of(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith(LINE))
                .map(line -> line.substring(LINE.length()).strip().split(" ")[0])
                .mapToLong(kilobytes -> Long.parseLong(kilobytes) << 10)
                .findFirst()
                .orElseThrow(() -> new BenchException("the process has ended, or its memory is not told"));
    }
}
