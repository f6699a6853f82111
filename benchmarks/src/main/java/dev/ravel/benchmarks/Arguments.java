package dev.ravel.benchmarks;

import dev.ravel.engine.EngineProvider;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestCatalog;
import dev.ravel.guest.GuestException;
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

    /**
     * The guest debian.
     *
     * @throws BenchException if it is not fetched
     */
    public static Guest requireDebian() throws GuestException {
        return GuestCatalog.ofUser()
                .find("debian")
                .orElseThrow(() -> new BenchException("the guest debian is not here yet: ./ravel guest fetch debian"));
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
