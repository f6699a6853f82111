package dev.ravel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the command line in a process of its own. */
final class RavelProcess {
    private final Path input;
    private final Path output;
    private final Path errors;
    private final Map<String, String> environment = new HashMap<>();

    /** What it reads and prints is in files in {@code folder}. */
    RavelProcess(Path folder) {
        input = folder.resolve("input");
        output = folder.resolve("output");
        errors = folder.resolve("errors");
    }

    /** Sets a variable of its environment. */
    RavelProcess with(String variable, Path value) {
        return with(variable, value.toString());
    }

    /** The same. */
    RavelProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs {@code ravel} to its end, with nothing to read; returns the exit status that a shell sees. */
    int run(String... arguments) throws IOException, InterruptedException {
        return runWithInput("", arguments);
    }

    /** The same, with this text on standard input. */
    int runWithInput(String text, String... arguments) throws IOException, InterruptedException {
        Process process = begin(text, arguments);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + errors());
        }
        return process.exitValue();
    }

    /** Starts {@code ravel}, with nothing to read; the caller ends it. */
    Process start(String... arguments) throws IOException {
        return begin("", arguments);
    }

    private Process begin(String text, String... arguments) throws IOException {
        Files.writeString(input, text);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for a second: the better compiler would only take the test's time.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ravel.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** What the last run printed. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** What the last run printed on standard error. */
    String errors() throws IOException {
        return Files.readString(errors);
    }
}
