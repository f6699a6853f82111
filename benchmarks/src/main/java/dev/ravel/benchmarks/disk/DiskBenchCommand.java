package dev.ravel.benchmarks.disk;

import dev.ravel.benchmarks.Arguments;
import dev.ravel.benchmarks.TemporaryFolder;
import dev.ravel.benchmarks.guest.Emulator;
import dev.ravel.disk.ImageFormat;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ravel bench disk}: how fast a guest's disk is, side by side with another emulator. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        description =
                "Boot debian with a disk of 512 MiB in fresh processes of Ravel, alternating with another emulator, have it read and"
                        + " write past its cache, and print how much, and the processor time of the emulator's threads meanwhile.",
        footer = "A ratio is Ravel's speed divided by the other's: above 1 Ravel is faster.")
public final class DiskBenchCommand implements Callable<Integer> {
    private static final long SIZE = 512L << 20;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--against",
            paramLabel = "qemu|FILE",
            description = "Compare with QEMU (the one on the path, or FILE), or with another Ravel by its launcher.")
    private Optional<String> against = Optional.empty();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Boots of each, whose median is taken (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int runs;

    @Option(
            names = "--format",
            paramLabel = "raw|qcow2",
            split = ",",
            description = "The disk's image (default: ${DEFAULT-VALUE}).",
            defaultValue = "raw,qcow2")
    private List<ImageFormat> formats = new ArrayList<>();

    @Override
    public Integer call() throws GuestException {
        Arguments.requirePositive(spec, "--runs", runs);
        List<Emulator> emulators = new ArrayList<>(List.of(Emulator.thisRavel("jit")));
        against.ifPresent(name -> emulators.add(Emulator.peer(name, "jit")));
        Guest guest = Arguments.requireDebian();
        PrintWriter out = spec.commandLine().getOut();
        List<DiskRow> rows = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            DiskBench bench = new DiskBench(emulators, runs, guest, folder.path());
            out.println("a disk of 512 MiB under Debian, median of " + runs
                    + "; processor time of threads as a part of the time that passed");
            out.println(DiskRow.heading(emulators.stream().map(Emulator::name).toList()));
            out.flush();
            for (ImageFormat format : formats.stream().distinct().toList()) {
                List<DiskRow> measured = bench.measure(format, SIZE);
                measured.forEach(row -> out.println(row.line()));
                out.flush();
                rows.addAll(measured);
            }
        }
        List<String> complaints =
                rows.stream().flatMap(row -> row.row().complaint().stream()).toList();
        complaints.forEach(complaint -> spec.commandLine().getErr().println("ravel: " + complaint));
        return complaints.isEmpty() ? 0 : 1;
    }
}
