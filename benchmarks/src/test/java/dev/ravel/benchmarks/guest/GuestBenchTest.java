package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a row is measured by, with scripts for emulators that note down what they are asked to run. */
class GuestBenchTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void beforeEachRunItsEmulatorStartsTwice() throws Exception {
        Comparison comparison = new GuestBench(List.of(script("a"), script("b")), 2, LIMIT, folder)
                .bareMetal(List.of(GuestProgram.CRC, GuestProgram.FIB), Length.SHORT, _ -> {});
        List<String> expected = new ArrayList<>();
        for (String program : List.of("crc", "crc", "fib", "fib")) {
            for (String emulator : List.of("a", "b")) {
                expected.addAll(List.of(emulator + " empty", emulator + " empty", emulator + " " + program));
            }
        }
        assertThat(log()).isEqualTo(expected);
        assertThat(comparison.starts()).hasSize(2);
        assertThat(comparison.rows()).extracting(Row::program).containsExactly(GuestProgram.CRC, GuestProgram.FIB);
    }

    @Test
    void whereThereIsOneEmulatorItStartsOnceBeforeEachRun() throws Exception {
        new GuestBench(List.of(script("a")), 1, LIMIT, folder)
                .bareMetal(List.of(GuestProgram.CRC), Length.LONG, _ -> {});
        assertThat(log()).containsExactly("a empty-long", "a crc-long");
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("log"));
    }

    /** Its last argument is the program's file, whose name it says and notes down. */
    private Emulator script(String name) throws IOException {
        String says = """
                #!/bin/sh
                for file; do :; done
                program=$(basename "$file" .elf)
                echo "%s $program" >>"%s/log"
                echo "bench ${program%%-long} 0000000000000001 5"
                """;
        Path file = Files.writeString(folder.resolve(name), says.formatted(name, folder));
        return new Emulator.Qemu(
                name, Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------")));
    }
}
