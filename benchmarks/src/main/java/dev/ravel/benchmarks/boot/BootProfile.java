package dev.ravel.benchmarks.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where the time of a boot goes, as a recording of the JVM tells. */
final class BootProfile {
    private static final String HART = "hart";

    private final Map<Part, Double> hart = new EnumMap<>(Part.class);
    private final Map<String, Double> threads = new TreeMap<>();
    private final Map<String, Spent> compilers = new TreeMap<>();
    private Spent translating = Spent.NOTHING;
    private Spent loading = Spent.NOTHING;
    private Spent collecting = Spent.NOTHING;

    /** How often, and how many seconds in all. */
    private record Spent(int count, double seconds) {
        static final Spent NOTHING = new Spent(0, 0);

        Spent and(RecordedEvent event) {
            return new Spent(count + 1, seconds + inSeconds(event.getDuration()));
        }
    }

    private BootProfile() {}

    /** What a recording with the settings {@code boot.jfc} holds. */
    static BootProfile of(Path recording) throws IOException {
        BootProfile profile = new BootProfile();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                profile.add(file.readEvent());
            }
        }
        return profile;
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.CPUTimeSample" -> sample(event);
            case "jdk.Compilation" -> compilation(event);
            case "dev.ravel.Translate" -> translating = translating.and(event);
            case "jdk.ClassLoad" -> loading = loading.and(event);
            case "jdk.GarbageCollection" -> collecting = collecting.and(event);
            default -> {}
        }
    }

    private void sample(RecordedEvent event) {
        double seconds = inSeconds(event.getDuration("samplingPeriod"));
        String thread = Optional.<RecordedThread>ofNullable(event.getValue("eventThread"))
                .map(RecordedThread::getJavaName)
                .orElse("?");
        if (!thread.startsWith(HART)) {
            threads.merge(thread, seconds, Double::sum);
            return;
        }
        Optional<RecordedStackTrace> stack = Optional.ofNullable(event.getStackTrace());
        List<String> classes = stack.map(trace -> trace.getFrames().stream()
                        .map(frame -> frame.getMethod().getType().getName())
                        .toList())
                .orElse(List.of());
        hart.merge(Part.of(classes), seconds, Double::sum);
    }

    private void compilation(RecordedEvent event) {
        boolean unit = event.<jdk.jfr.consumer.RecordedMethod>getValue("method")
                .getType()
                .getName()
                .contains(".Unit_");
        String name = event.getString("compiler").toUpperCase(Locale.ROOT) + (unit ? ", units" : ", Ravel and the JDK");
        compilers.merge(
                name,
                new Spent(1, inSeconds(event.getDuration())),
                (a, b) -> new Spent(a.count + b.count, a.seconds + b.seconds));
    }

    private static double inSeconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /**
     * The lines of a table.
     *
     * @param wall seconds of the boot
     */
    List<String> lines(double wall) {
        List<String> lines = new ArrayList<>();
        double busy = hart.values().stream().mapToDouble(Double::doubleValue).sum();
        lines.add(line("the hart's thread", busy));
        for (Part part : Part.values()) {
            lines.add(line("  " + part.title(), hart.getOrDefault(part, 0.0)));
        }
        lines.add(line("the rest of the time: starting, waiting", Math.max(0, wall - busy)));
        compilers.forEach((name, spent) -> lines.add(line(name, spent)));
        lines.add(line("translating to bytecode", translating));
        lines.add(line("loading and defining classes", loading));
        lines.add(line("collecting garbage", collecting));
        lines.add(line(
                "other threads",
                threads.values().stream().mapToDouble(Double::doubleValue).sum()));
        return lines;
    }

    private static String line(String what, double seconds) {
        return String.format(Locale.ROOT, "%-40s %7.2f", what, seconds);
    }

    private static String line(String what, Spent spent) {
        return line(what, spent.seconds) + String.format(Locale.ROOT, " %7d", spent.count);
    }
}
