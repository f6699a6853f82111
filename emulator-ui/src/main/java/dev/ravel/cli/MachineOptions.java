package dev.ravel.cli;

import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options that say what machine it is. */
final class MachineOptions {
    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "RAM: 512M, 2G, ... (default: ${DEFAULT-VALUE})",
            defaultValue = "512M",
            converter = Sizes.class)
    long memory;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Harts (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    int cpus;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What executes instructions (default: ${DEFAULT-VALUE}).",
            defaultValue = "interp")
    String engine = "interp";

    @Option(
            names = "--balloon",
            paramLabel = "on|SIZE",
            description = "Give free memory of the guest back to the host; with SIZE, the guest shall get along with so much.",
            converter = BalloonTarget.class)
    Optional<Long> balloon = Optional.empty();

    /** A size, or all of the guest's memory. */
    static final class BalloonTarget implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return text.equals("on") ? Long.valueOf(Long.MAX_VALUE) : new Sizes().convert(text);
        }
    }
}
