package dev.ravel.benchmarks;

import dev.ravel.engine.EngineProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the commands of {@code ravel bench} refuse alike. */
public final class Arguments {
    private Arguments() {}

    /** Refuses what is not positive. */
    public static void requirePositive(CommandSpec spec, String option, double value) {
        if (!(value > 0)) {
            throw new ParameterException(spec.commandLine(), option + " wants a positive number");
        }
    }

    /** Refuses an engine that there is not. */
    public static void requireEngine(CommandSpec spec, String engine) {
        if (!EngineProvider.names().contains(engine)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no engine " + engine + "; there are " + String.join(", ", EngineProvider.names()));
        }
    }
}
