package dev.ravel.asm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Runs GNU {@code as} and {@code ld}, the independent source of what a program's bytes have to be. */
final class GnuAssembler {
    private static final String PREFIX = "riscv64-unknown-elf-";

    /** All that version 2.40 knows. */
    static final String EVERYTHING =
            "rv64gc_zicsr_zifencei_zba_zbb_zbc_zbs_zbkb_zbkx_zfh_zicbom_zicbop_zicboz_zawrs_svinval_zihintpause";

    private final Path directory;

    GnuAssembler(Path directory) {
        this.directory = directory;
    }

    /** Skips the test, and says why, where the tools are missing. */
    static void require() {
        assumeTrue(isInstalled("as") && isInstalled("ld"), PREFIX + "as is not installed");
    }

    static boolean isInstalled(String tool) {
        for (String path : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(path, PREFIX + tool))) {
                return true;
            }
        }
        return false;
    }

    /** The lines of {@code source}, from 1, that the assembler rejects. */
    Set<Integer> rejectedLines(String source, String... options) {
        var lines = new TreeSet<Integer>();
        for (String message : assemble(source, options)) {
            String[] parts = message.split(":", 3);
            if (message.contains("Error:")) {
                lines.add(Integer.parseInt(parts[1].strip()));
            }
        }
        return lines;
    }

    /** Assembles {@code source} and links it with the sections at these places: {@code .text=0x80000000}. */
    void link(String source, List<String> assemblerOptions, String... linkerOptions) {
        List<String> complaints = assemble(source, assemblerOptions.toArray(new String[0]));
        if (complaints.stream().anyMatch(line -> line.contains("Error:"))) {
            throw new AssertionError(String.join("\n", complaints));
        }
        var command = new ArrayList<>(List.of("ld", "-N", "-o", "out.elf", "in.o"));
        command.addAll(List.of(linkerOptions));
        List<String> messages = run(command);
        if (messages.stream().anyMatch(line -> !line.contains("warning"))) {
            throw new AssertionError(String.join("\n", messages));
        }
    }

    /** The contents of a section of the program that was linked last. */
    byte[] section(String name) {
        Path file = directory.resolve("out" + name);
        run(List.of(
                "objcopy",
                "-O",
                "binary",
                "-j",
                name,
                "out.elf",
                file.getFileName().toString()));
        return read(file);
    }

    private List<String> assemble(String source, String... options) {
        try {
            Files.writeString(directory.resolve("in.s"), source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var command = new ArrayList<>(List.of("as", "-o", "in.o", "in.s"));
        command.addAll(List.of(options));
        return run(command);
    }

    /** What one of the tools writes to either output. */
    List<String> run(List<String> arguments) {
        var command = new ArrayList<>(arguments);
        command.set(0, PREFIX + command.getFirst());
        Path output = directory.resolve("output");
        try {
            new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
