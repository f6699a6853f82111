package dev.ravel.benchmarks.boot;

import dev.ravel.benchmarks.Arguments;
import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import dev.ravel.benchmarks.guest.Emulator;
import dev.ravel.benchmarks.guest.Programs;
import dev.ravel.benchmarks.guest.Samples;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ravel bench boot}: how long a guest's cold boot takes, and what with. */
@Command(
        name = "boot",
        mixinStandardHelpOptions = true,
        description = {
            "Boot debian in fresh processes, from the command to the shell's prompt: the translator, the interpreter and a"
                    + " peer in turn, each twice in a row, of which the second time counts: what another one has left of the host's"
                    + " memory is no part of it. Then boot once more with a recording of the JVM, and say where the time goes."
        })
public final class BootBenchCommand implements Callable<Integer> {
    private static final String PROMPT = "root@ravel";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--against",
            paramLabel = "PEER",
            description =
                    "Boot the same on PEER: qemu (the one on the path), the file of a qemu-system-riscv64, or the launcher of another Ravel.")
    private Optional<String> against = Optional.empty();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Boots on each, whose median is taken (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int runs;

    @Option(names = "--no-profile", description = "Only how long it takes.")
    private boolean noProfile;

    @Override
    public Integer call() throws GuestException, IOException {
        Arguments.requirePositive(spec, "--runs", runs);
        Emulator jit = Emulator.thisRavel("jit");
        List<Emulator> emulators = new ArrayList<>(List.of(jit, Emulator.thisRavel("interp")));
        against.ifPresent(name -> emulators.add(Emulator.peer(name, "jit")));
        Guest guest = Arguments.requireDebian();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            times(emulators, guest, folder.path());
            if (!noProfile) {
                profile(jit, guest, folder.path());
            }
        }
        return 0;
    }

    private static List<String> command(Emulator emulator, Guest guest) {
        return emulator.linux(guest.kernel(), guest.initrd(), guest.commandLine());
    }

    private void times(List<Emulator> emulators, Guest guest, Path folder) {
        List<List<Double>> seconds = new ArrayList<>();
        emulators.forEach(emulator -> seconds.add(new ArrayList<>()));
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < emulators.size(); i++) {
                List<String> command = command(emulators.get(i), guest);
                // Not counted: on a host that is a virtual machine itself, memory costs a process more or less after
                // what had it before.
                Programs.secondsUntil(PROMPT, command, folder, LIMIT);
                seconds.get(i).add(Programs.secondsUntil(PROMPT, command, folder, LIMIT));
            }
        }
        print(String.format(
                Locale.ROOT, "%-16s %8s %8s %8s   seconds to the prompt, of %d", "", "median", "from", "to", runs));
        double last = Samples.median(seconds.getLast());
        for (int i = 0; i < emulators.size(); i++) {
            List<Double> each = seconds.get(i);
            String ratio = against.isPresent() && i < emulators.size() - 1
                    ? String.format(
                            Locale.ROOT,
                            "   %.2f times as long as %s",
                            Samples.median(each) / last,
                            emulators.getLast().name())
                    : "";
            print(String.format(
                    Locale.ROOT,
                    "%-16s %8.2f %8.2f %8.2f%s",
                    emulators.get(i).name(),
                    Samples.median(each),
                    each.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                    each.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                    ratio));
        }
    }

    private void profile(Emulator ravel, Guest guest, Path folder) throws IOException {
        Path settings = folder.resolve("boot.jfc");
        try (InputStream in = Objects.requireNonNull(BootBenchCommand.class.getResourceAsStream("boot.jfc"))) {
            Files.copy(in, settings);
        }
        Path recording = folder.resolve("boot.jfr");
        List<String> command = new ArrayList<>(command(ravel, guest));
        command.addAll(List.of("--exit-on", PROMPT));
        String options = "-XX:StartFlightRecording=filename=" + recording + ",settings=" + settings;
        Programs.Result result = Programs.run(command, folder, LIMIT, Map.of("RAVEL_JAVA_OPTS", options));
        if (result.status() != 0 || !Files.exists(recording)) {
            throw new BenchException("the boot with a recording ended with status " + result.status());
        }
        print("");
        print(String.format(
                Locale.ROOT,
                "%-40s %7s %7s   a boot of %.2f s, recorded",
                "where the time goes",
                "seconds",
                "times",
                result.seconds()));
        BootProfile.of(recording).lines(result.seconds()).forEach(this::print);
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line.stripTrailing());
        out.flush();
    }
}
