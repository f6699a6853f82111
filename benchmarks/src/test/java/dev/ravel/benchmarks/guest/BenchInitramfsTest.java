package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchInitramfsTest {
    @TempDir
    private Path folder;

    @Test
    void theProgramsAndAScriptThatRunsThemStandBeforeTheGuestsOwnFiles() throws Exception {
        Files.writeString(folder.resolve("crc-long"), "CRC");
        Files.writeString(folder.resolve("fib-long"), "FIB");
        Path own = Files.writeString(folder.resolve("own"), "the guest's own");
        Path packed = folder.resolve("packed");

        BenchInitramfs.write(List.of(GuestProgram.CRC, GuestProgram.FIB), Length.LONG, folder, own, packed);

        byte[] bytes = Files.readAllBytes(packed);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).endsWith("the guest's own");
        assertThat((bytes.length - Files.size(own)) % 4)
                .as("where the next archive begins")
                .isZero();
        Map<String, String> files = new LinkedHashMap<>();
        try (CpioArchiveInputStream in = new CpioArchiveInputStream(Files.newInputStream(packed))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), text(in));
            }
        }
        assertThat(files)
                .containsExactly(
                        Map.entry("bench", ""),
                        Map.entry("bench/crc-long", "CRC"),
                        Map.entry("bench/fib-long", "FIB"),
                        Map.entry(
                                "bench/init",
                                "#!/bin/sh\nexport PATH=/bin\n/bench/crc-long\n/bench/fib-long\npoweroff -f\n"));
    }

    private static String text(InputStream in) throws Exception {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
}
