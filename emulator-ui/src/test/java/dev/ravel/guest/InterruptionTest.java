package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The process of an installation is told to end, in each of its phases. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class InterruptionTest {
    /** 128 and the number of SIGTERM; SIGINT may be ignored in processes of a test. */
    private static final int TERMINATED = 143;

    private static final String LAST_LINE =
            "ravel: interrupted; of deb nothing is left but what was fetched, for the next try";

    @TempDir
    private Path dir;

    private final SigningKey key = new SigningKey();
    private FakeMirror mirror;
    private Path keyring;

    @BeforeEach
    void start() throws IOException {
        mirror = new FakeMirror();
        keyring = key.keyring(dir.resolve("key.gpg"));
        FakeDebian.publishSystem(mirror, "trixie", key);
    }

    @AfterEach
    void stop() {
        mirror.close();
    }

    private Process install() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InstallMain.class.getName(),
                        dir.toString(),
                        mirror.address().toString(),
                        keyring.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output").toFile())
                .start();
    }

    private List<String> printed() throws IOException {
        return Files.readAllLines(dir.resolve("output"));
    }

    /** Ends the process; what it leaves of the guest. */
    private List<String> end(Process process) throws Exception {
        process.destroy();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(printed().getLast()).isEqualTo(LAST_LINE);
        assertThat(new InstalledGuests(dir.resolve("guests")).names()).isEmpty();
        try (Stream<Path> files = Files.list(dir.resolve("guests"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private List<String> endWhenAskedFor(String path) throws Exception {
        var asked = mirror.hold(path);
        Process process = install();
        assertThat(asked.await(120, TimeUnit.SECONDS)).as(printed().toString()).isTrue();
        return end(process);
    }

    @Test
    void nothingIsLeftOfOneThatIsBeingPlanned() throws Exception {
        assertThat(endWhenAskedFor("dists/trixie/InRelease")).isEmpty();
    }

    @Test
    void nothingIsLeftOfOneWhosePackagesAreBeingFetched() throws Exception {
        assertThat(endWhenAskedFor("pool/trixie/udev.deb")).isEmpty();
        assertThat(dir.resolve("cache/downloads")).isNotEmptyDirectory();
    }

    @Test
    void nothingButTheLogIsLeftOfOneWhoseMachineIsAtWork() throws Exception {
        Process process = install();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!printed().contains("working")) {
            assertThat(System.nanoTime()).as(printed().toString()).isLessThan(deadline);
            Thread.sleep(10);
        }
        assertThat(end(process)).containsExactly(".deb.log");
        assertThat(printed()).noneMatch(line -> line.contains("failed"));
    }
}
