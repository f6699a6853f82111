package dev.ravel.benchmarks.views;

import dev.ravel.benchmarks.Arguments;
import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ravel bench views}: what the inspector costs a guest, and the window's frames. */
@Command(
        name = "views",
        mixinStandardHelpOptions = true,
        description = {
            "Boot debian in the window, and open each of the inspector's views in turn with none: what part of its"
                    + " instructions that costs the guest, and how many frames a second the window makes while the guest"
                    + " prints. Without a display the window is drawn in memory."
        },
        footer = "The line (none) compares no view with no view: so much is noise.%n")
public final class ViewsBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--load",
            paramLabel = "NAME",
            split = ",",
            description = "What the guest does: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Load> loads = new ArrayList<>();

    @Option(names = "--only", paramLabel = "VIEW", split = ",", description = "Only these views, by their titles.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Runs of each, each compared with the time before and after (default: ${DEFAULT-VALUE}).",
            defaultValue = "12")
    private int runs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long a view is open in a run (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.5")
    private double seconds;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "Ravel's engine (default: ${DEFAULT-VALUE}).",
            defaultValue = "jit")
    private String engine = "";

    @Option(names = "--no-frames", description = "Only what views cost.")
    private boolean noFrames;

    @Override
    public Integer call() {
        Arguments.requirePositive(spec, "--runs", runs);
        Arguments.requirePositive(spec, "--seconds", seconds);
        Arguments.requireEngine(spec, engine);
        String where = Toolkit.start();
        try (TemporaryFolder folder = TemporaryFolder.create();
                WatchedGuest guest = WatchedGuest.start(folder.path(), engine)) {
            measure(guest, where);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        return 0;
    }

    private void measure(WatchedGuest guest, String where) throws InterruptedException {
        ViewsBench bench = new ViewsBench(guest, runs, seconds);
        List<Optional<String>> views = new ArrayList<>(List.of(Optional.empty()));
        List<String> chosen = ViewsBench.chosen(guest.views(), only);
        chosen.forEach(view -> views.add(Optional.of(view)));
        bench.warm(chosen);
        for (Load load : loads.isEmpty() ? List.of(Load.values()) : loads) {
            Rate rate = bench.begin(load);
            print(String.format(
                    Locale.ROOT,
                    "%s, %.0f million instructions a second (with no view open)",
                    load.description(),
                    rate.perSecond() / 1e6));
            print(Cost.HEADING);
            for (Optional<String> view : views) {
                print(bench.cost(view).line());
            }
            bench.end();
            print("");
        }
        if (!noFrames) {
            bench.beginPrinting();
            print("printing as fast as it can, window " + where);
            print(Frames.HEADING);
            for (Optional<String> view : views) {
                print(bench.frames(view));
            }
            bench.end();
        }
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
