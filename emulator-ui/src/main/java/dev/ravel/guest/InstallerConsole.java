package dev.ravel.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the installer's console: its own lines, which begin with {@code ravel:}, and those of debootstrap, and tells them
 * as progress. Used by one thread at a time.
 */
final class InstallerConsole {
    private static final Pattern OWN = Pattern.compile("ravel: (stage|package|failed|done) ?(.*)");
    private static final Pattern DEBOOTSTRAP =
            Pattern.compile("I: (Extracting|Unpacking|Configuring) (\\S+?)\\.\\.\\.");

    /** A line is not longer, whatever the guest prints. */
    private static final int LONGEST_LINE = 4096;

    private final FetchProgress progress;
    private final SystemPlan plan;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int extracted;
    private int worked;
    private volatile boolean done;
    private volatile Optional<String> failure = Optional.empty();
    private volatile String stage = "the start";

    InstallerConsole(SystemPlan plan, FetchProgress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Takes what the guest prints. */
    void accept(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                read(line.toString(StandardCharsets.UTF_8).strip());
                line.reset();
            } else if (line.size() < LONGEST_LINE) {
                line.write(bytes[i]);
            }
        }
    }

    private void read(String text) {
        Matcher own = OWN.matcher(text);
        Matcher debootstrap = DEBOOTSTRAP.matcher(text);
        if (own.matches()) {
            switch (own.group(1)) {
                case "stage" -> begin(own.group(2));
                case "package" ->
                    progress.advanced(
                            "copying packages",
                            number(own.group(2)),
                            plan.packages().size());
                case "failed" -> failure = Optional.of(own.group(2));
                default -> done = true;
            }
        } else if (debootstrap.matches()) {
            String what = debootstrap.group(2);
            if (debootstrap.group(1).equals("Extracting")) {
                progress.advanced(
                        "unpacking " + what, ++extracted, plan.required().size());
            } else {
                String verb = debootstrap.group(1).equals("Unpacking") ? "installing " : "configuring ";
                progress.advanced(verb + what, ++worked, 2L * plan.packages().size());
            }
        }
    }

    private void begin(String name) {
        Optional<String> step = switch (name) {
            case "disk" -> Optional.of("formatting the disk");
            case "packages" -> Optional.of("copying packages over the guest's network");
            case "unpack" -> Optional.of("unpacking the required packages");
            case "install" -> Optional.of("installing all packages");
            case "settings" -> Optional.of("settling the new system");
            case "boot" -> Optional.of("taking kernel and initramfs");
            default -> Optional.empty();
        };
        step.ifPresent(what -> {
            stage = what;
            progress.step(what);
        });
    }

    private static long number(String digits) {
        return digits.matches("[0-9]{1,9}") ? Long.parseLong(digits) : 0;
    }

    /** Whether the installer came to its end. */
    boolean done() {
        return done;
    }

    /** What the installer failed with, or what it was at when the console ended. */
    String failure() {
        return failure.orElse("the machine ended while " + stage);
    }
}
