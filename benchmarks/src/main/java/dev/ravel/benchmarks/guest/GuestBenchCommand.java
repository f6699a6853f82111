package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.Arguments;
import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ravel bench guest}: guest programs on Ravel, side by side with another emulator. */
@Command(
        name = "guest",
        mixinStandardHelpOptions = true,
        description =
                "Run guest programs in fresh processes of Ravel, alternating with another emulator, and print a table.",
        footer = "A ratio is the other's time divided by Ravel's: above 1 Ravel is faster.")
public final class GuestBenchCommand implements Callable<Integer> {
    private static final String NATIVE = "native";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--against",
            paramLabel = "qemu|native|FILE",
            description =
                    "Compare with QEMU (the one on the path, or FILE), with the same programs built for this host, or with another Ravel by its launcher.")
    private Optional<String> against = Optional.empty();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "Ravel's engine (default: ${DEFAULT-VALUE}).",
            defaultValue = "jit")
    private String engine = "";

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Runs of each, whose median is taken (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int runs;

    @Option(
            names = "--in",
            paramLabel = "bare|debian",
            description = "Where the programs run: bare metal, or in user space of the guest debian"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "bare")
    private Place place = Place.BARE;

    @Option(names = "--long", description = "Ten times as much work.")
    private boolean longer;

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Only these programs.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "For each process (default: ${DEFAULT-VALUE}).",
            defaultValue = "1800")
    private double timeout;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every run's time as JSON.")
    private Optional<Path> json = Optional.empty();

    @Option(
            names = "--build",
            paramLabel = "DIR",
            description =
                    "Run nothing: build the programs into this folder, NAME.elf for a short run and NAME-long.elf; with --in debian NAME and NAME-long.")
    private Optional<Path> build = Optional.empty();

    @Override
    public Integer call() throws GuestException {
        List<GuestProgram> programs = programs();
        Arguments.requirePositive(spec, "--runs", runs);
        Arguments.requirePositive(spec, "--timeout", timeout);
        Arguments.requireEngine(spec, engine);
        json.ifPresent(GuestBenchCommand::requireFolder);
        if (build.isPresent()) {
            build(programs, build.get());
            return 0;
        }
        List<Emulator> emulators = new ArrayList<>(List.of(Emulator.thisRavel(engine)));
        against.ifPresent(name -> emulators.add(peer(name)));
        Comparison comparison = measure(programs, emulators);
        json.ifPresent(file -> write(file, comparison.json()));
        comparison.complaints().forEach(complaint -> spec.commandLine().getErr().println("ravel: " + complaint));
        return comparison.complaints().isEmpty() ? 0 : 1;
    }

    private Emulator peer(String name) {
        if (!name.equals(NATIVE)) {
            return Emulator.peer(name, engine);
        }
        if (place != Place.BARE) {
            throw usage("--against native: the host boots no guest; leave out --in");
        }
        return new Emulator.Native();
    }

    private Comparison measure(List<GuestProgram> programs, List<Emulator> emulators) throws GuestException {
        PrintWriter out = spec.commandLine().getOut();
        Length length = longer ? Length.LONG : Length.SHORT;
        Optional<Guest> guest = place == Place.DEBIAN ? Optional.of(Arguments.requireDebian()) : Optional.empty();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path executables = folder.path();
            CrossCompiler.require().build(withEmpty(programs), place, length, executables);
            if (emulators.getLast() instanceof Emulator.Native) {
                HostCompiler.require().build(withEmpty(programs), length, executables);
            }
            List<String> names = emulators.stream().map(Emulator::name).toList();
            out.println(Comparison.heading(place, length, runs, names));
            out.flush();
            Duration limit = Duration.ofMillis(Math.max(1, (long) (timeout * 1000)));
            GuestBench bench = new GuestBench(emulators, runs, limit, executables);
            Consumer<Row> print = row -> {
                out.println(Comparison.line(row));
                out.flush();
            };
            Comparison comparison;
            if (guest.isPresent()) {
                comparison = bench.linux(guest.get(), programs, length);
                comparison.rows().forEach(print);
            } else {
                comparison = bench.bareMetal(programs, length, print);
            }
            comparison.summary().forEach(out::println);
            out.flush();
            return comparison;
        }
    }

    private void build(List<GuestProgram> programs, Path folder) {
        CrossCompiler compiler = CrossCompiler.require();
        for (Length length : Length.values()) {
            compiler.build(withEmpty(programs), place, length, folder);
        }
    }

    /** Complains before the measurement, which takes minutes. */
    private static void requireFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new BenchException("--json " + file + ": this cannot be written: name a file in a folder of yours");
        }
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new BenchException("--json " + file + " could not be written: " + e.getMessage(), e);
        }
    }

    private static List<GuestProgram> withEmpty(List<GuestProgram> programs) {
        List<GuestProgram> all = new ArrayList<>(programs);
        all.add(GuestProgram.EMPTY);
        return all;
    }

    private List<GuestProgram> programs() {
        if (only.isEmpty()) {
            return GuestProgram.workers(place);
        }
        List<GuestProgram> programs = only.stream()
                .map(name -> GuestProgram.named(name)
                        .orElseThrow(() -> usage("there is no program " + name + "; there are "
                                + GuestProgram.workers().stream()
                                        .map(GuestProgram::title)
                                        .collect(Collectors.joining(", ")))))
                .distinct()
                .toList();
        programs.stream().filter(program -> !place.runs(program)).findFirst().ifPresent(program -> {
            throw usage(program.title() + " measures a kernel: it runs with --in debian");
        });
        return programs;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
