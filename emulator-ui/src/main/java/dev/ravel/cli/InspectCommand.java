package dev.ravel.cli;

import dev.ravel.guest.GuestException;
import dev.ravel.inspect.MachineWatch;
import dev.ravel.inspect.device.DeviceWatch;
import dev.ravel.inspect.step.ConsoleRecording;
import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.session.GuestConsole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ravel inspect}: boots a machine to a point and shows what goes on in it. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        modelTransformer = InspectCommand.WithLines.class,
        description = {
            "Boot as 'run' does, stop at a point, and print what goes on in the machine.",
            "The guest's console goes to standard error; what comes through a pipe is typed into the guest."
        })
final class InspectCommand implements Callable<Integer> {
    /** Requests and accesses that are kept for lines that ask for them. */
    private static final int KEPT = 1000;

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

    @Option(names = "--devices", description = "All devices: registers by name, virtqueues, and the requests in them.")
    private boolean allDevices;

    @Option(names = "--device", paramLabel = "NAME", description = "The same of devices of this name; repeatable.")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--requests", paramLabel = "N", description = "The last N requests that virtio devices took.")
    private Optional<Integer> requests = Optional.empty();

    @Option(names = "--accesses", paramLabel = "N", description = "The last N accesses to registers of devices.")
    private Optional<Integer> accesses = Optional.empty();

    @Option(names = "--tasks", description = "The tasks of a Linux guest.")
    private boolean tasks;

    @Option(names = "--namespaces", description = "The namespaces of a Linux guest and who is in them.")
    private boolean namespaces;

    @Option(names = "--cgroups", description = "The control groups (version 2) of a Linux guest.")
    private boolean cgroups;

    @Option(
            names = "--do",
            paramLabel = "LINE",
            description = {
                "Step through the machine's run from the point on (without one: from reset), forward and back, by lines",
                "as below; repeatable, carried out in order. Time in the machine is then its count of instructions."
            })
    private List<String> lines = new ArrayList<>();

    @Option(
            names = {"-i", "--interactive"},
            description = "The same, with lines from standard input.")
    private boolean interactive;

    @Option(names = "--json", description = "Print one JSON object, addresses and register values as 0x strings.")
    private boolean json;

    /** Adds to the help what {@code --do} and {@code --interactive} take. */
    static final class WithLines implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            List<String> footer = new ArrayList<>(List.of("", "Lines of --do and --interactive:"));
            StepLine.HELP.forEach(line -> footer.add("  " + line));
            command.usageMessage().footer(footer.toArray(String[]::new));
            return command;
        }
    }

    @Override
    public Integer call() throws GuestException {
        boot.check(spec.commandLine());
        check();
        boolean stepping = interactive || !lines.isEmpty();
        GuestConsole console = new GuestConsole();
        ConsoleRecording recording = new ConsoleRecording(console);
        MachineBuilder builder = Machine.builder().console(stepping ? recording : console);
        if (stepping) {
            builder.deterministic();
        }
        boot.configure(builder, false);
        try (Machine machine = builder.build();
                MachineWatch watch = MachineWatch.of(machine, traps.orElse(0))) {
            if (stepping) {
                return step(machine, watch, console, recording);
            }
            Optional<DeviceWatch> seen = Optional.empty();
            if (requests.isPresent() || accesses.isPresent()) {
                seen = Optional.of(DeviceWatch.of(machine, kept()));
            }
            InspectRun.Stopped stopped = point.run(machine, console);
            int status = print(new InspectReport(machine, watch), seen, true);
            return point.status(stopped, status, spec.commandLine().getErr());
        }
    }

    private int step(Machine machine, MachineWatch watch, GuestConsole console, ConsoleRecording recording) {
        Stepper stepper;
        try {
            stepper = Stepper.of(machine, recording);
        } catch (IllegalArgumentException e) {
            throw new CliException((interactive ? "--interactive: " : "--do: ") + e.getMessage());
        }
        PrintWriter err = spec.commandLine().getErr();
        try (InspectRun run = point.open(machine, console, Optional.of(stepper));
                DeviceWatch devices = DeviceWatch.of(machine, Math.max(kept(), KEPT))) {
            if (!interactive) {
                InspectRun.typeStandardInput(console);
            }
            InspectRun.Stopped stopped = point.isGiven() ? run.toPoint() : InspectRun.Stopped.THERE;
            List<StepScript.Done> done = List.of();
            int status = 0;
            if (stopped == InspectRun.Stopped.THERE) {
                StepSession session = new StepSession(machine, stepper, devices);
                if (interactive) {
                    status = prompt(session, run);
                } else {
                    done = new StepScript(lines).play(session, run::nanosLeft);
                    stopped = run.nanosLeft().orElse(1) > 0 ? stopped : InspectRun.Stopped.TIMEOUT;
                }
            }
            run.flush();
            InspectReport report = new InspectReport(machine, watch);
            done.forEach(report::addStep);
            int printed = print(report, Optional.of(devices), !interactive && done.isEmpty());
            return point.status(stopped, Math.max(status, printed), err);
        }
    }

    /** How many requests and accesses are to be kept. */
    private int kept() {
        return Math.max(requests.orElse(1), accesses.orElse(1));
    }

    private int prompt(StepSession session, InspectRun run) {
        CommandLine command = spec.commandLine();
        boolean person = HostTerminal.isTerminal(0);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        boolean carriedOut;
        try {
            carriedOut = new StepPrompt(session, run, command.getOut(), command.getErr(), person).go(in);
        } catch (IOException e) {
            throw new CliException("standard input cannot be read: " + Failure.reason(e), e);
        }
        return person || carriedOut ? 0 : Main.EXIT_ERROR;
    }

    private void check() {
        point.check(spec.commandLine(), boot.cpus());
        checkStepping();
        requirePositive("--traps", traps);
        requirePositive("--requests", requests);
        requirePositive("--accesses", accesses);
        walks.stream()
                .map(WalkOption::address)
                .filter(Addresses::isNumber)
                .forEach(text -> Addresses.number("--walk", text));
    }

    private void requirePositive(String option, Optional<Integer> number) {
        if (number.isPresent() && number.get() < 1) {
            throw usage(option + " wants a positive number");
        }
    }

    private void checkStepping() {
        if (!interactive && lines.isEmpty()) {
            return;
        }
        String option = interactive ? "--interactive" : "--do";
        if (boot.cpus() > 1) {
            throw usage(option + " needs a machine with one hart");
        }
        if (interactive && !lines.isEmpty()) {
            throw usage("give --do or --interactive, not both");
        }
        if (interactive && json) {
            throw usage("--json goes with --do, not with --interactive");
        }
        if (interactive && !point.isGiven() && point.hasTimeout()) {
            throw usage("with --interactive, --timeout is for the way to --at, --after or --on");
        }
        try {
            new StepScript(lines);
        } catch (CliException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Prints what was asked for; an exit status: what could not be found is said on standard error. */
    private int print(InspectReport report, Optional<DeviceWatch> seen, boolean hartsByDefault) {
        boolean linux = tasks || namespaces || cgroups;
        boolean ofDevices = allDevices || !devices.isEmpty() || requests.isPresent() || accesses.isPresent();
        boolean nothing =
                hartsByDefault && !exits && traps.isEmpty() && !interrupts && walks.isEmpty() && !ofDevices && !linux;
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
        if (allDevices || !devices.isEmpty()) {
            report.addDevices(allDevices ? List.of() : devices);
        }
        requests.ifPresent(most -> report.addRequests(seen.orElseThrow(), most));
        accesses.ifPresent(most -> report.addAccesses(seen.orElseThrow(), most));
        if (linux) {
            report.addLinux(tasks, namespaces, cgroups);
        }
        return report.print(spec.commandLine(), json);
    }
}
