package dev.ravel.desktop;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.machine.Machine;
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
        WindowRobot robot = hello(Remembered.nothing());
        robot.await("the prompt", () -> robot.consoleText().contains("hello> "));
        return robot;
    }

    /** Opens the window of such a machine as windows looked before, and waits for nothing. */
    static WindowRobot hello(Remembered remembered) throws ImageException {
        GuestConsole console = new GuestConsole();
        Machine machine = Machine.builder()
                .memory(64 << 20)
                .kernel(ImageLoader.parse("hello", ElfWriter.write(Kernel.HELLO.assemble())))
                .console(console)
                .build();
        return new WindowRobot(new MachineSession("hello", machine, console), remembered);
    }

    /** Opens the window and switches the machine on. */
    WindowRobot(MachineSession session) {
        this(session, Remembered.nothing());
    }

    /** The same, as windows looked before. */
    WindowRobot(MachineSession session, Remembered remembered) {
        super(HeadlessDesktop.call(Stage::new));
        this.session = session;
        this.window = HeadlessDesktop.call(() -> {
            stage().setX(0);
            stage().setY(0);
            MachineWindow opened =
                    new MachineWindow(session, OwnKernels::configure, stage(), new AloneAtHome(remembered));
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
