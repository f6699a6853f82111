package dev.ravel.cli;

import dev.ravel.engine.EngineProvider;
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

    @Option(names = "--cpus", paramLabel = "N", description = "Harts (default: ${DEFAULT-VALUE}).", defaultValue = "1")
    int cpus;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What executes instructions (default: ${DEFAULT-VALUE}).")
    String engine = EngineProvider.preferred().name();
}
