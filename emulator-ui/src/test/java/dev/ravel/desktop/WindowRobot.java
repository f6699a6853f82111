package dev.ravel.desktop;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.inspect.step.ConsoleRecording;
import dev.ravel.learn.Stage.GuestSource;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javafx.stage.Stage;
import javafx.stage.Window;

/** The window of one machine, and that machine. */
final class WindowRobot extends StageRobot implements AutoCloseable {
    private final MachineSession session;
    private final MachineWindow window;

    /** Opens the window of a machine with the kernel {@code hello}, which has come to its prompt. */
    static WindowRobot hello() throws ImageException {
        return hello(OwnKernels::configure);
    }

    /** The same, with those guests for lessons. */
    static WindowRobot hello(GuestSource guests) throws ImageException {
        WindowRobot robot = new WindowRobot(helloSession(), guests, Remembered.nothing());
        robot.await("the prompt", () -> robot.consoleText().contains("hello> "));
        return robot;
    }

    /** Opens the window of such a machine as windows looked before, and waits for nothing. */
    static WindowRobot hello(Remembered remembered) throws ImageException {
        return new WindowRobot(helloSession(), OwnKernels::configure, remembered);
    }

    private static MachineSession helloSession() throws ImageException {
        return session(
                "hello",
                Machine.builder()
                        .memory(64 << 20)
                        .kernel(ImageLoader.parse("hello", ElfWriter.write(Kernel.HELLO.assemble()))));
    }

    private static MachineSession session(String name, MachineBuilder builder) {
        GuestConsole console = new GuestConsole();
        return new MachineSession(name, builder.console(console).build(), console);
    }

    /** Opens the window of a machine and switches the machine on. */
    static WindowRobot open(String name, MachineBuilder builder) {
        return new WindowRobot(session(name, builder), OwnKernels::configure, Remembered.nothing());
    }

    /** The same with a machine that can be stepped back. */
    static WindowRobot openRecorded(String name, MachineBuilder builder) {
        GuestConsole console = new GuestConsole();
        ConsoleRecording recording = new ConsoleRecording(console);
        Machine machine = builder.deterministic().console(recording).build();
        return new WindowRobot(
                MachineSession.recorded(name, machine, console, recording),
                OwnKernels::configure,
                Remembered.nothing());
    }

    private WindowRobot(MachineSession session, GuestSource guests, Remembered remembered) {
        super(HeadlessDesktop.call(Stage::new));
        this.session = session;
        this.window = HeadlessDesktop.call(() -> {
            stage().setX(0);
            stage().setY(0);
            MachineWindow opened = new MachineWindow(session, guests, stage(), new AloneAtHome(remembered));
            opened.show();
            return opened;
        });
        session.start();
    }

    MachineSession session() {
        return session;
    }

    String consoleText() {
        return HeadlessDesktop.call(window::consoleText);
    }

    /** Sends the guest a line past the keyboard. */
    void typeLine(String line) {
        session.console().type((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Closes the window and its machine, and what dialogs there are. */
    @Override
    public void close() {
        session.close();
        HeadlessDesktop.call(() -> {
            List.copyOf(Window.getWindows()).forEach(Window::hide);
            return true;
        });
    }
}
