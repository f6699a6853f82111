package dev.ravel.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device-tree compiler as an independent witness; skipped where {@code dtc} is not installed. */
class DtcTest {
    @TempDir
    Path directory;

    @BeforeAll
    static void dtcIsInstalled() {
        boolean found;
        try {
            found = new ProcessBuilder("dtc", "--version").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            found = false;
        }
        assumeTrue(found, "dtc is not installed");
    }

    private byte[] dtc(String from, String to, byte[] input) throws IOException, InterruptedException {
        Path in = directory.resolve("in." + from);
        Path out = directory.resolve("out." + to);
        Path errors = directory.resolve("errors");
        Files.write(in, input);
        int status = new ProcessBuilder("dtc", "-q", "-I", from, "-O", to, "-o", out.toString(), in.toString())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        assertThat(status).as(Files.readString(errors)).isZero();
        return Files.readAllBytes(out);
    }

    @Test
    void dtcReadsOurBlobAndWeReadDtcs() throws IOException, InterruptedException {
        DeviceTree tree = DeviceTreeTest.sample();
        byte[] theirs = dtc("dtb", "dtb", tree.toBlob());
        DeviceTree back = DeviceTree.read(theirs);
        assertThat(back.toSource()).isEqualTo(tree.toSource());
        assertThat(back.bootCpu()).isEqualTo(tree.bootCpu());
    }

    @Test
    void dtcCompilesOurSourceToTheSameTree() throws IOException, InterruptedException {
        DeviceTree tree = DeviceTreeTest.sample();
        byte[] theirs = dtc("dts", "dtb", tree.toSource().getBytes(StandardCharsets.UTF_8));
        assertThat(DeviceTree.read(theirs).toSource()).isEqualTo(tree.toSource());
    }
}
