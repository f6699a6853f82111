package dev.ravel.benchmarks.memory;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.Program;
import dev.ravel.benchmarks.Arguments;
import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import dev.ravel.benchmarks.guest.Emulator;
import dev.ravel.benchmarks.guest.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ravel bench memory}: how much memory a process takes whose guest generates code for ever. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = {
            "Run a guest that generates code for ever, in a fresh process that translates as soon as it can, and print from time to"
                    + " time how much of the host's memory the process has. In the end, what it made and what the JVM holds."
        })
public final class MemoryBenchCommand implements Callable<Integer> {
    private static final String GUEST = "generator.s";

    /** Samples after which code is translated: the fewest that are found by sampling. */
    private static final String EAGER = "-Dravel.jit.threshold=2";

    /** The end of a run by {@code --timeout}. */
    private static final int TIMED_OUT = 124;

    private static final List<String> COUNTERS = List.of(
            "instructions",
            "unitsMade",
            "unitsInvalidated",
            "unitsDropped",
            "units",
            "metaspaceBytes",
            "codeCacheBytes");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long it runs (default: ${DEFAULT-VALUE}).",
            defaultValue = "600")
    private int seconds;

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "Seconds from one line to the next (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private int every;

    @Override
    public Integer call() throws IOException {
        Arguments.requirePositive(spec, "--seconds", seconds);
        Arguments.requirePositive(spec, "--every", every);
        Emulator ravel = Emulator.thisRavel("jit");
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path guest = folder.path().resolve("generator.elf");
            Files.write(guest, ElfWriter.write(program()));
            Path counters = folder.path().resolve("counters.json");
            List<String> command = new ArrayList<>(ravel.bareMetal(guest));
            command.addAll(List.of("--timeout", Integer.toString(seconds), "--stats=" + counters));
            print(String.format(Locale.ROOT, "%8s %10s", "seconds", "MB"));
            long start = System.nanoTime();
            int status = Programs.watch(
                    command,
                    folder.path(),
                    Map.of("RAVEL_JAVA_OPTS", EAGER),
                    Duration.ofSeconds(every),
                    process -> row(System.nanoTime() - start, ResidentMemory.of(process)));
            if (status != TIMED_OUT || !Files.exists(counters)) {
                throw new BenchException("the guest that generates code ended with status " + status);
            }
            JsonNode told = JsonMapper.shared().readTree(counters.toFile());
            COUNTERS.forEach(name -> print(String.format(
                    Locale.ROOT, "%-16s %,16d", name, told.path(name).asLong())));
        }
        return 0;
    }

    /** The guest. */
    static Program program() {
        try (InputStream in = Objects.requireNonNull(MemoryBenchCommand.class.getResourceAsStream(GUEST))) {
            return Assembler.assemble(GUEST, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BenchException("cannot read " + GUEST + ": " + e.getMessage(), e);
        }
    }

    private void row(long nanos, long bytes) {
        print(String.format(Locale.ROOT, "%8.0f %10.0f", nanos / 1e9, bytes / 1e6));
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
