package dev.ravel.cli;

import dev.ravel.guest.GuestException;
import dev.ravel.inspect.HotCode;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.session.GuestConsole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ravel jit explain}: boots a machine to a point and shows what becomes of guest code. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Boot as 'run' does, stop at a point, and print what the translator makes there of the code at each address:",
            "the plan, and each instruction beside its bytecode; or list the code that was hot until then.",
            "In a page that has run, code that was never met is left out, as the translator does. The guest's console goes",
            "to standard error; what comes through a pipe is typed into the guest."
        })
final class ExplainCommand implements Callable<Integer> {
    /** Instructions from one sample to the next: many samples of a short run, at the price of some speed. */
    private static final long INTERVAL = 1 << 16;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "ADDRESS|SYMBOL",
            description = "Where the code begins, a virtual address of hart 0.")
    private List<String> addresses = new ArrayList<>();

    @Option(
            names = "--hot",
            arity = "0..1",
            paramLabel = "N",
            fallbackValue = "10",
            description = {
                "First list the N places of guest code (10 without a number) that most samples of the run met: one in about 65536",
                "instructions is looked at. What is translated is told apart by its entry, all else by functions."
            })
    private Optional<Integer> hot = Optional.empty();

    @Mixin
    private BootOptions.WithoutParameter boot = new BootOptions.WithoutParameter();

    @Mixin
    private PointOptions point = new PointOptions();

    @Option(names = "--json", description = "Print one JSON object, addresses as 0x strings.")
    private boolean json;

    @Override
    public Integer call() throws GuestException {
        boot.check(spec.commandLine());
        point.check(spec.commandLine(), boot.cpus());
        if (addresses.isEmpty() && hot.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give an ADDRESS or SYMBOL, or --hot");
        }
        if (hot.isPresent() && hot.get() < 1) {
            throw new ParameterException(spec.commandLine(), "--hot wants a number above 0");
        }
        addresses.stream().filter(Addresses::isNumber).forEach(text -> Addresses.number("ADDRESS", text));
        GuestConsole console = new GuestConsole();
        MachineBuilder builder = Machine.builder().console(console);
        boot.configure(builder, false);
        try (Machine machine = builder.build()) {
            Optional<HotCode> samples = hot.map(number -> HotCode.of(machine, INTERVAL));
            InspectRun.Stopped stopped = point.run(machine, console);
            return point.status(
                    stopped, print(machine, samples), spec.commandLine().getErr());
        }
    }

    /** Prints what was asked for; an exit status: what cannot be explained is said on standard error. */
    private int print(Machine machine, Optional<HotCode> samples) {
        ExplainReport report = new ExplainReport(machine);
        samples.ifPresent(taken -> report.add(taken, hot.orElseThrow()));
        addresses.forEach(report::add);
        return report.print(spec.commandLine(), json);
    }
}
