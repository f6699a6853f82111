package dev.ravel.benchmarks.disk;

import dev.ravel.benchmarks.guest.GuestProgram;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import dev.ravel.benchmarks.guest.Row;
import dev.ravel.benchmarks.guest.Samples;
import dev.ravel.disk.ImageFormat;
import java.util.List;
import java.util.Locale;

/**
 * A line of the table: what a program made of a disk on all emulators.
 *
 * @param shares those of each run, for each emulator; none where the host does not tell
 */
record DiskRow(ImageFormat format, Row row, List<List<Shares>> shares) {
    private static final String START = "%-6s %-29s";

    /** The heading of the table. */
    static String heading(List<String> emulators) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, START, "image", ""));
        for (String name : emulators) {
            text.append(String.format(Locale.ROOT, "%13s %5s %5s %5s", name, "hart", "disk", "rest"));
        }
        return emulators.size() > 1 ? text.append("  ratio").toString() : text.toString();
    }

    /** The line. */
    String line() {
        GuestProgram program = row.program();
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, START, format.label(), title(program)));
        for (int i = 0; i < shares.size(); i++) {
            Samples samples = row.samples().get(i);
            text.append(String.format(Locale.ROOT, "%13.0f", program.rounds(Length.SHORT) / samples.median()));
            if (shares.get(i).isEmpty()) {
                text.append(String.format(Locale.ROOT, " %5s %5s %5s", "-", "-", "-"));
            } else {
                Shares median = Shares.median(shares.get(i));
                text.append(String.format(
                        Locale.ROOT,
                        " %3.0f %% %3.0f %% %3.0f %%",
                        100 * median.hart(),
                        100 * median.disk(),
                        100 * median.rest()));
            }
        }
        row.ratio().ifPresent(ratio -> text.append(String.format(Locale.ROOT, "%7.2f", ratio)));
        return text.toString();
    }

    private static String title(GuestProgram program) {
        return switch (program) {
            case DISKRANDOM -> "4 KiB at random, 16 at once/s";
            case DISKREAD -> "read in order, MiB/s";
            case DISKWRITE -> "written in order, MiB/s";
            default -> program.title();
        };
    }
}
