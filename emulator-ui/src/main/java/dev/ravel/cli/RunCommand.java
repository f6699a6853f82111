package dev.ravel.cli;

import dev.ravel.desktop.Desktop;
import dev.ravel.desktop.DesktopUnavailableException;
import dev.ravel.desktop.DisplayGoneException;
import dev.ravel.desktop.UserFiles;
import dev.ravel.display.Picture;
import dev.ravel.engine.DifferenceException;
import dev.ravel.gdb.GdbServer;
import dev.ravel.guest.GuestException;
import dev.ravel.inspect.step.ConsoleRecording;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import dev.ravel.session.Screenshot;
import dev.ravel.virtio.VirtioGpu;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ravel run}: boots a machine. */
@Command(
        name = "run",
        addMethodSubcommands = false, // to look for some reads the annotations of all methods
        mixinStandardHelpOptions = true,
        description = {
            "Boot a machine: a guest by name, or a kernel given with --kernel.",
            "With nothing named and a display, the window with all your machines."
        })
final class RunCommand implements Callable<Integer> {
    /** In how many lines firmware says what it starts. */
    private static final int FIRMWARE_LINES = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BootOptions.WithGuest boot = new BootOptions.WithGuest();

    @Option(names = "--dump-dtb", paramLabel = "FILE", description = "Write the machine's device tree and end.")
    private Optional<Path> dumpDeviceTree = Optional.empty();

    @Option(names = "--headless", description = "The console on this terminal.")
    private boolean headless;

    @Option(names = "--window", description = "The console in a window; the default where a display is.")
    private boolean window;

    @Option(
            names = "--deterministic",
            description = {
                "Time passes by instructions, a nanosecond each, and not where the guest waits: so the run can be stepped",
                "back in the window. For one hart."
            })
    private boolean deterministic;

    @Option(
            names = "--gdb",
            paramLabel = "[ADDRESS:]PORT",
            description = "Wait for a debugger there, on loopback if there is no address, and start when it says so.",
            converter = GdbConverter.class)
    private Optional<InetSocketAddress> gdb = Optional.empty();

    @Option(
            names = "--exit-on",
            paramLabel = "REGEX",
            description = "End with status 0 when the console shows this.",
            converter = PatternConverter.class)
    private Optional<Pattern> exitOn = Optional.empty();

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "End with status 124 when this time has passed.")
    private Optional<Double> timeout = Optional.empty();

    @Option(
            names = "--screenshot",
            paramLabel = "FILE.png",
            description = "Write what the display shows at the end, as PNG.")
    private Optional<Path> screenshot = Optional.empty();

    @Option(names = "--stats", paramLabel = "FILE", description = "Write counters as JSON at the end.")
    private Optional<Path> stats = Optional.empty();

    @Override
    public Integer call() throws IOException, GuestException {
        boot.check(spec.commandLine());
        if (headless && window) {
            throw usage("--headless and --window exclude each other");
        }
        if (timeout.isPresent() && !(timeout.get() > 0)) {
            throw usage("--timeout wants a positive number of seconds");
        }
        stats.ifPresent(Output::requireFolder);
        screenshot.ifPresent(Output::requireFolder);
        dumpDeviceTree.ifPresent(Output::requireFolder);
        if (nothingNamed()) {
            if (wantsWindow()) {
                manage();
                return 0;
            }
            headless = true;
        }
        GuestConsole console = new GuestConsole();
        ConsoleRecording recording = new ConsoleRecording(console);
        MachineBuilder builder = Machine.builder().console(deterministic ? recording : console);
        if (deterministic) {
            builder.deterministic();
        }
        String name = boot.configure(builder, !deterministic);
        try (Machine machine = builder.build()) {
            if (screenshot.isPresent() && machine.virtio(VirtioGpu.class).isEmpty()) {
                throw usage("--screenshot wants a machine with --display");
            }
            if (dumpDeviceTree.isPresent()) {
                Output.write(dumpDeviceTree.get(), machine.deviceTree());
                return 0;
            }
            boolean inWindow = wantsWindow();
            if (gdb.isPresent()) {
                requireDebuggable(machine, inWindow);
            }
            return run(
                    deterministic && inWindow
                            ? MachineSession.recorded(name, machine, console, recording)
                            : new MachineSession(name, machine, console),
                    inWindow);
        }
    }

    private void requireDebuggable(Machine machine, boolean inWindow) {
        if (machine.engine().name().equals("compare")) {
            throw usage("--gdb and --engine compare exclude each other: breakpoints would be differences");
        }
        if (deterministic && inWindow) {
            throw usage("--gdb and --deterministic exclude each other in a window, which moves the machine itself");
        }
    }

    /** Shows the page of the user's machines until it is closed. */
    static void manage() {
        try {
            Desktop.manage(UserFiles.ofUser(System.getenv()), LearnCommand::configure);
        } catch (DisplayGoneException e) {
            throw new CliException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether the user said nothing of a machine, nor of how it is to run: but for {@code --window}. */
    private boolean nothingNamed() {
        CommandLine.ParseResult parsed = spec.commandLine().getParseResult();
        return parsed.matchedPositionals().isEmpty()
                && parsed.matchedOptions().stream()
                        .allMatch(option -> List.of("--window", "--debug").contains(option.longestName()));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int run(MachineSession session, boolean inWindow) throws IOException {
        Decision decision = new Decision();
        RunStatistics statistics = new RunStatistics(session.machine());
        End end;
        try (session) {
            Optional<GdbServer> debugger = gdb.map(address -> listen(session.machine(), address));
            try {
                exitOn.ifPresent(pattern -> watchOutput(session, pattern, decision));
                if (boot.bios() instanceof Bios.File) {
                    watchFirmware(session, decision);
                }
                startTimeout(session, decision);
                if (inWindow) {
                    runInWindow(session, decision);
                    session.stop();
                    end = session.awaitEnd();
                } else {
                    end = runOnTerminal(session);
                }
            } finally {
                debugger.ifPresent(GdbServer::close);
            }
            if (screenshot.isPresent()) {
                writeScreenshot(session, screenshot.get());
            }
            if (stats.isPresent()) {
                Output.write(stats.get(), statistics.json());
            }
        }
        return decision.statusOr(() -> exitStatus(end));
    }

    private GdbServer listen(Machine machine, InetSocketAddress address) {
        String place = address.getAddress().getHostAddress() + ":" + address.getPort();
        try {
            GdbServer server = GdbServer.listen(machine, address);
            spec.commandLine().getErr().println("ravel: waiting for a debugger: target remote " + place);
            return server;
        } catch (IOException e) {
            throw new CliException("--gdb " + place + ": " + e.getMessage(), e);
        }
    }

    private static void writeScreenshot(MachineSession session, Path file) throws IOException {
        Optional<Picture> picture = session.machine()
                .virtio(VirtioGpu.class)
                .flatMap(gpu -> gpu.screen().picture());
        Output.write(
                file,
                Screenshot.png(picture.orElseThrow(
                        () -> new CliException("--screenshot " + file + ": the display shows nothing"))));
    }

    private static void runInWindow(MachineSession session, Decision decision) {
        try {
            Desktop.run(session, LearnCommand::configure, UserFiles.ofUser(System.getenv()));
        } catch (DisplayGoneException e) {
            decision.fail(String.valueOf(e.getMessage()));
        }
    }

    private boolean wantsWindow() {
        if (headless || !window && !Desktop.displayPresent(System.getenv())) {
            return false;
        }
        try {
            Desktop.start();
            return true;
        } catch (DesktopUnavailableException e) {
            spec.commandLine().getErr().println("ravel: " + e.getMessage() + "; going on in this terminal");
            return false;
        }
    }

    private End runOnTerminal(MachineSession session) {
        try (HostConsole host = HostConsole.open(Main.of(spec).output())) {
            Thread printer = new HeadlessRun(session, host).attach();
            session.start();
            End end = session.awaitEnd();
            session.console().close();
            try {
                // What the guest printed last is still on its way, however slow its reader is; but who stops the
                // machine
                // does not want to wait for a reader that has stopped.
                while (!session.stopRequested() && !printer.join(Duration.ofMillis(100))) {
                    // Again.
                }
                printer.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return end;
        }
    }

    private static void watchOutput(MachineSession session, Pattern pattern, Decision decision) {
        OutputWatch watch = new OutputWatch(pattern);
        InputStream output = session.console().openOutput();
        Thread.ofPlatform().name("exit-on").daemon().start(() -> {
            byte[] buffer = new byte[8192];
            try {
                for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                    if (watch.see(buffer, 0, n)) {
                        decision.end(0);
                        session.stop();
                        return;
                    }
                }
            } catch (IOException e) {
                // The console was closed: nothing more to see.
            }
        });
    }

    private static void watchFirmware(MachineSession session, Decision decision) {
        FirmwareWatch watch = new FirmwareWatch(session.machine().layout());
        InputStream output = session.console().openOutput();
        Thread.ofPlatform().name("firmware-watch").daemon().start(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(output, StandardCharsets.ISO_8859_1))) {
                for (int i = 0; i < FIRMWARE_LINES; i++) {
                    String line = lines.readLine();
                    Optional<String> complaint = line == null ? Optional.empty() : watch.complaint(line);
                    if (complaint.isPresent()) {
                        decision.fail(complaint.get());
                        session.stop();
                    }
                    if (line == null || complaint.isPresent()) {
                        return;
                    }
                }
            } catch (IOException e) {
                // The console was closed: nothing more to see.
            }
        });
    }

    private void startTimeout(MachineSession session, Decision decision) {
        timeout.ifPresent(seconds -> Thread.ofVirtual().name("timeout").start(() -> {
            try {
                Thread.sleep((long) (seconds * 1000));
                decision.end(Main.EXIT_TIMEOUT);
                session.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private int exitStatus(End end) {
        return switch (end) {
            case End.PoweredOff off -> 0;
            case End.Stopped stopped -> 0;
            case End.Failed failed -> {
                spec.commandLine().getErr().println("ravel: the guest failed with code " + failed.code());
                yield GuestStatus.ofFailure(failed.code());
            }
            case End.Broken broken when broken.cause() instanceof VirtualMachineError error -> throw error;
            case End.Broken broken when broken.cause() instanceof DifferenceException difference -> throw difference;
            case End.Broken broken -> throw new CliException("the machine broke: " + broken.cause(), broken.cause());
        };
    }
}
