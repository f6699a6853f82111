package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An X server that nobody sees, and what becomes of windows when it ends. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DisplayGoneTest {
    /** Bytes of the picture on the screen that are nearly white: a window is there. */
    private static final int LIGHT = 50_000;

    @TempDir
    private Path folder;

    private Process server;
    private String display = "";

    @BeforeEach
    void startServer() throws IOException {
        try {
            server = new ProcessBuilder(
                            "Xvfb", "-displayfd", "1", "-screen", "0", "1000x800x24", "-fbdir", folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            abort("needs Xvfb: install xvfb");
        }
        BufferedReader number =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
        display = ":" + number.readLine();
    }

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    private int lightBytes() throws IOException {
        int count = 0;
        for (byte b : Files.readAllBytes(folder.resolve("Xvfb_screen0"))) {
            count += (b & 0xff) > 0xe0 ? 1 : 0;
        }
        return count;
    }

    private int endsWithTheDisplay(RavelProcess ravel, String... arguments) throws Exception {
        ravel.with("DISPLAY", display).with("XDG_CONFIG_HOME", folder);
        Process process = ravel.start(arguments);
        try {
            awaitWindow(ravel, process);
            server.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitWindow(RavelProcess ravel, Process process) throws Exception {
        while (lightBytes() < LIGHT) {
            if (!process.isAlive() || ravel.errors().contains("no window can be opened")) {
                abort("no window is opened here: " + ravel.errors());
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    @Test
    void whatIsEndedBySignalEndsAlsoWhenTheDisplayGoesAwayMeanwhile() throws Exception {
        RavelProcess ravel = new RavelProcess(folder).with("DISPLAY", display).with("XDG_CONFIG_HOME", folder);
        Process process = ravel.start("run", "hello", "--window");
        try {
            awaitWindow(ravel, process);
            process.destroy();
            // It has to end whenever that happens; somewhat later than the signal it never did.
            TimeUnit.MILLISECONDS.sleep(50);
            server.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aMachineIsSwitchedOffAndOneLineSaysWhy() throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        assertThat(endsWithTheDisplay(ravel, "run", "hello", "--window")).isEqualTo(1);
        assertThat(ravel.errors())
                .endsWith("ravel: the display is gone: what ran in the windows was switched off\n")
                .doesNotContain("Exception");
    }

    @Test
    void thePageOfMachinesEndsLikewise() throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        assertThat(endsWithTheDisplay(ravel, "run", "--window")).isEqualTo(1);
        assertThat(ravel.errors()).endsWith("ravel: the display is gone: all machines were switched off\n");
    }
}
