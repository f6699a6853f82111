package dev.ravel.cli;

import dev.ravel.conformance.ConformanceRunner;
import dev.ravel.conformance.JUnitReport;
import dev.ravel.conformance.Verdict;
import dev.ravel.engine.EngineProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ravel conformance}: runs self-checking programs. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        description =
                "Run riscv-tests style ELF programs (HTIF tohost): a line each, a summary, status 1 on any failure.")
final class ConformanceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "ELF programs, or folders: all ELF files in them, sorted by name.")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What executes instructions (default: ${DEFAULT-VALUE}).")
    private String engine = EngineProvider.preferred().name();

    @Option(names = "--jobs", paramLabel = "N", description = "Programs at a time (default: the number of processors).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "For each program (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private double timeout;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write the results as JUnit XML.")
    private Optional<Path> junit = Optional.empty();

    @Option(
            names = "--signature-dir",
            paramLabel = "DIR",
            description = "Write NAME.signature for each program that has one.")
    private Optional<Path> signatures = Optional.empty();

    @Override
    public Integer call() throws IOException {
        if (jobs < 1) {
            throw new ParameterException(spec.commandLine(), "--jobs wants a positive number");
        }
        if (!(timeout > 0)) {
            throw new ParameterException(spec.commandLine(), "--timeout wants a positive number of seconds");
        }
        List<Path> programs = programs();
        PrintWriter out = spec.commandLine().getOut();
        Duration limit = Duration.ofMillis(Math.max(1, (long) (timeout * 1000)));
        List<Verdict> verdicts = new ConformanceRunner(engine, jobs, limit, signatures).run(programs, v -> {
            out.println(line(v));
            out.flush();
        });
        long passed = verdicts.stream().filter(Verdict::passed).count();
        out.printf("%d passed, %d failed%n", passed, verdicts.size() - passed);
        out.flush();
        if (junit.isPresent()) {
            JUnitReport.write(junit.get(), "ravel conformance", verdicts);
        }
        return passed == verdicts.size() ? 0 : Main.EXIT_ERROR;
    }

    private static String line(Verdict v) {
        String name = v.program().getFileName().toString();
        return switch (v.outcome()) {
            case PASS -> String.format(Locale.ROOT, "PASS    %s (%d instructions)", name, v.instructions());
            case FAIL -> "FAIL    " + name + ": " + v.detail();
            case TIMEOUT -> "TIMEOUT " + name + ": " + v.detail();
            case ERROR -> "ERROR   " + name + ": " + v.detail();
        };
    }

    private List<Path> programs() throws IOException {
        List<Path> programs = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    files.filter(Files::isRegularFile)
                            .filter(ConformanceCommand::isElf)
                            .sorted()
                            .forEach(programs::add);
                }
            } else if (Files.exists(path)) {
                programs.add(path);
            } else {
                throw new CliException(path + ": no such file or folder");
            }
        }
        if (programs.isEmpty()) {
            throw new CliException("no ELF program in " + paths.getFirst() + ": name folders or files with programs");
        }
        return programs;
    }

    private static boolean isElf(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        } catch (IOException e) {
            return false;
        }
    }
}
