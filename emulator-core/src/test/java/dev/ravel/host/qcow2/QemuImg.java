package dev.ravel.host.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** QEMU's own tool for images. */
public final class QemuImg {
    /** How it ended, and what it said. */
    public record Result(int status, String output) {}

    private QemuImg() {}

    /** Skips the test if it is not installed. */
    public static void needed() {
        boolean found;
        try {
            found = new ProcessBuilder("qemu-img", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            found = false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assumeTrue(found, "qemu-img is not installed");
    }

    /** Runs it. */
    public static Result run(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** Runs it, and expects that it succeeds. */
    public static String succeeds(Object... arguments) throws IOException, InterruptedException {
        Result result = run(arguments);
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }
}
