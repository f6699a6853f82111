package dev.ravel.cli;

import dev.ravel.guest.GuestException;
import dev.ravel.inspect.MachineWatch;
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
import picocli.CommandLine.Spec;

/** {@code ravel inspect}: boots a machine to a point and shows what goes on in it. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Boot as 'run' does, stop at a point, and print what goes on in the machine.",
            "The guest's console goes to standard error; what comes through a pipe is typed into the guest."
        })
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BootOptions.WithGuest boot = new BootOptions.WithGuest();

    @Mixin
    private PointOptions point = new PointOptions();

    @Option(names = "--hart", description = "Registers and CSRs of each hart; the default.")
    private boolean hart;

    @Option(
            names = "--walk",
            paramLabel = "ADDRESS[,load|store|fetch][,user|supervisor|machine]",
            description = "The page walk of an address or symbol, as hart 0 would do it; repeatable.",
            converter = WalkOption.Converter.class)
    private List<WalkOption> walks = new ArrayList<>();

    @Option(names = "--exits", description = "Counts of what a hypervisor would call exits, with the reason.")
    private boolean exits;

    @Option(names = "--traps", paramLabel = "N", description = "The last N traps of all harts.")
    private Optional<Integer> traps = Optional.empty();

    @Option(
            names = "--interrupts",
            description = "The way of interrupts from devices and timers to each hart, and what it takes next.")
    private boolean interrupts;

    @Option(names = "--tasks", description = "The tasks of a Linux guest.")
    private boolean tasks;

    @Option(names = "--namespaces", description = "The namespaces of a Linux guest and who is in them.")
    private boolean namespaces;

    @Option(names = "--cgroups", description = "The control groups (version 2) of a Linux guest.")
    private boolean cgroups;

    @Option(names = "--json", description = "Print one JSON object, addresses and register values as 0x strings.")
    private boolean json;

    @Override
    public Integer call() throws GuestException {
        boot.check(spec.commandLine());
        check();
        GuestConsole console = new GuestConsole();
        MachineBuilder builder = Machine.builder().console(console);
        boot.configure(builder);
        try (Machine machine = builder.build();
                MachineWatch watch = MachineWatch.of(machine, traps.orElse(0))) {
            InspectRun.Stopped stopped = point.run(machine, console);
            int linuxStatus = print(machine, watch);
            return point.status(stopped, linuxStatus, spec.commandLine().getErr());
        }
    }

    private void check() {
        point.check(spec.commandLine(), boot.cpus());
        if (traps.isPresent() && traps.get() < 1) {
            throw usage("--traps wants a positive number");
        }
        walks.stream()
                .map(WalkOption::address)
                .filter(Addresses::isNumber)
                .forEach(text -> Addresses.number("--walk", text));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Prints what was asked for; an exit status: what could not be found is said on standard error. */
    private int print(Machine machine, MachineWatch watch) {
        boolean linux = tasks || namespaces || cgroups;
        boolean nothing = !exits && traps.isEmpty() && !interrupts && walks.isEmpty() && !linux;
        InspectReport report = new InspectReport(machine, watch);
        if (hart || nothing) {
            report.addHarts();
        }
        walks.forEach(report::addWalk);
        if (exits) {
            report.addExits();
        }
        traps.ifPresent(report::addTraps);
        if (interrupts) {
            report.addInterrupts();
        }
        if (linux) {
            report.addLinux(tasks, namespaces, cgroups);
        }
        return report.print(spec.commandLine(), json);
    }
}
