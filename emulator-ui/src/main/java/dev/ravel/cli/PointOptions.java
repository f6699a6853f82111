package dev.ravel.cli;

import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.Machine;
import dev.ravel.session.GuestConsole;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say where a machine that is looked at stops. */
final class PointOptions {
    @Option(
            names = "--at",
            paramLabel = "PC|SYMBOL",
            description = "Stop before this instruction, of hart 0. Each is looked at on the way: slow.")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--after",
            paramLabel = "N",
            description = "Stop when hart 0 has retired N instructions since reset.")
    private Optional<Long> after = Optional.empty();

    @Option(
            names = "--on",
            paramLabel = "REGEX",
            description = "Stop when the console shows this. Without a point: when the guest ends.",
            converter = PatternConverter.class)
    private Optional<Pattern> on = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Stop when this time has passed, print, and end with status 124.")
    private Optional<Double> timeout = Optional.empty();

    /** Complains of what cannot go together, for a machine with so many harts. */
    void check(CommandLine command, int cpus) {
        int points = (at.isPresent() ? 1 : 0) + (after.isPresent() ? 1 : 0) + (on.isPresent() ? 1 : 0);
        if (points > 1) {
            throw new ParameterException(command, "give one of --at, --after and --on");
        }
        if ((at.isPresent() || after.isPresent()) && cpus > 1) {
            throw new ParameterException(command, "--at and --after need a machine with one hart");
        }
        at.filter(Addresses::isNumber).ifPresent(text -> Addresses.number("--at", text));
        if (after.isPresent() && after.get() < 0) {
            throw new ParameterException(command, "--after wants a number that is not negative");
        }
        if (timeout.isPresent() && !(timeout.get() > 0)) {
            throw new ParameterException(command, "--timeout wants a positive number of seconds");
        }
    }

    /** Runs the machine to the point, what comes through a pipe typed into it. */
    InspectRun.Stopped run(Machine machine, GuestConsole console) {
        try (InspectRun run = open(machine, console, Optional.empty())) {
            InspectRun.typeStandardInput(console);
            return run.toPoint();
        }
    }

    /**
     * A run to the point.
     *
     * @param stepper moves the machine, if it is to be able to go back
     */
    InspectRun open(Machine machine, GuestConsole console, Optional<Stepper> stepper) {
        return new InspectRun(machine, console, stepper, new InspectRun.Point(at, after, on, timeout));
    }

    /** Whether there is one besides the guest's end. */
    boolean isGiven() {
        return at.isPresent() || after.isPresent() || on.isPresent();
    }

    /** Whether there is a time that it may take. */
    boolean hasTimeout() {
        return timeout.isPresent();
    }

    /** The exit status of a command that ended with {@code status}, the machine having stopped there. */
    int status(InspectRun.Stopped stopped, int status, PrintWriter err) {
        return switch (stopped) {
            case THERE -> status;
            case TIMEOUT -> Main.EXIT_TIMEOUT;
            case ENDED -> {
                err.println("ravel: the guest ended before it came to " + name());
                yield Main.EXIT_ERROR;
            }
            case RESET -> {
                err.println("ravel: the guest reset the machine before it came to " + name());
                yield Main.EXIT_ERROR;
            }
        };
    }

    private String name() {
        return at.map(text -> "--at " + text)
                .or(() -> on.map(pattern -> "--on " + pattern))
                .orElse("--after " + after.orElse(0L));
    }
}
