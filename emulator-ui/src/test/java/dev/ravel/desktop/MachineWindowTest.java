package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.guest.DebianGuest;
import dev.ravel.guest.Guest;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.event.Event;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.paint.Color;
import javafx.scene.robot.Robot;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A window onto a real machine, on a screen that nobody sees, with a robot at the keyboard. */
class MachineWindowTest {
    private static final long BOOT_SECONDS = 120;
    private static final long SECONDS = 15;

    private MachineSession session;
    private Stage stage;
    private MachineWindow window;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @AfterEach
    void close() {
        if (session != null) {
            session.close();
            HeadlessDesktop.call(() -> {
                stage.close();
                return true;
            });
        }
    }

    @Test
    void whatIsTypedReachesTheGuestAndItsAnswerIsInThePicture() throws Exception {
        openHello();
        await("the prompt", () -> text().contains("hello> "));
        WritableImage before = picture();
        type("echo seen in the picture");
        press(KeyCode.ENTER);
        await("the answer", () -> text().lines().anyMatch(l -> l.strip().equals("seen in the picture")));
        WritableImage after = picture();
        HeadlessDesktop.save(after, Path.of("target", "hello.png"));
        assertThat(differentPixels(before, after)).isGreaterThan(500);
        assertThat(brightPixels(after)).isGreaterThan(brightPixels(before));
    }

    @Test
    void controlKeysGoToTheGuestAndNotToTheWindow() throws Exception {
        openHello();
        await("the prompt", () -> text().contains("hello> "));
        type("half a line");
        // What a real keyboard gives; the robot of the headless platform types a plain c with Control held.
        HeadlessDesktop.call(() -> {
            Event.fireEvent(
                    stage.getScene().getFocusOwner(),
                    new KeyEvent(KeyEvent.KEY_PRESSED, "\003", "\003", KeyCode.C, false, true, false, false));
            Event.fireEvent(
                    stage.getScene().getFocusOwner(),
                    new KeyEvent(KeyEvent.KEY_TYPED, "\003", "", KeyCode.UNDEFINED, false, true, false, false));
            return true;
        });
        await("^C", () -> text().contains("half a line^C"));
    }

    @Test
    void cursorKeysGoToTheGuestAsEscapeSequences() throws Exception {
        openHello();
        await("the prompt", () -> text().contains("hello> "));
        press(KeyCode.UP);
        await("the sequence", () -> text().contains("hello> [A"));
    }

    @Test
    void theTerminalAnswersTheGuestUnlessAScriptIsAhead() throws Exception {
        openHello();
        await("the prompt", () -> text().contains("hello> "));
        GuestConsole console = session.console();
        console.typeUnanswered("ab".getBytes(StandardCharsets.US_ASCII));
        await("what the script typed", () -> text().contains("hello> ab"));
        print(console, "\033[6n late");
        await("what is behind the query", () -> text().contains("hello> ab late"));
        console.takeAnswers();
        print(console, "\033[6n");
        // The kernel takes the row and the column where the cursor is for a line's beginning and shows them: once.
        await("the answer", () -> text().lines().anyMatch(line -> line.strip().matches("hello> ab late\\[\\d+;15R")));
    }

    private static void print(GuestConsole console, String text) {
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            console.output(b);
        }
    }

    @Test
    void theTitleTellsNameAndState() throws Exception {
        openHello();
        assertThat(title()).isEqualTo("hello (running) - Ravel");
        session.pause();
        await("the title", () -> title().equals("hello (paused) - Ravel"));
        session.resume();
        await("the title", () -> title().equals("hello (running) - Ravel"));
    }

    @Test
    void theWindowClosesWhenTheGuestPowersOff() throws Exception {
        openHello();
        await("the prompt", () -> text().contains("hello> "));
        type("poweroff");
        press(KeyCode.ENTER);
        await("the window to close", () -> !HeadlessDesktop.call(stage::isShowing));
        assertThat(session.awaitEnd()).isEqualTo(new End.PoweredOff());
    }

    @Test
    void closingTheWindowSwitchesTheMachineOff() throws Exception {
        openHello();
        HeadlessDesktop.call(() -> {
            stage.fireEvent(new javafx.stage.WindowEvent(stage, javafx.stage.WindowEvent.WINDOW_CLOSE_REQUEST));
            return true;
        });
        assertThat(session.awaitEnd()).isEqualTo(new End.Stopped());
    }

    @Test
    void debianAnswersUname() throws Exception {
        Guest guest = DebianGuest.require();
        open(
                "debian",
                Machine.builder().kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine()));
        await("the shell", BOOT_SECONDS, () -> text().contains("root@ravel:~# "));
        type("uname -a");
        press(KeyCode.ENTER);
        await("the answer", () -> text().contains("Linux ravel " + guest.kernelVersion()));
        // The next prompt is below: the screen is complete.
        await("the next prompt", () -> text().stripTrailing().endsWith("root@ravel:~#"));
        WritableImage picture = picture();
        HeadlessDesktop.save(picture, Path.of("target", "debian.png"));
        assertThat(brightPixels(picture)).isGreaterThan(5000);
    }

    private void openHello() throws Exception {
        open(
                "hello",
                Machine.builder()
                        .memory(64 << 20)
                        .kernel(ImageLoader.parse("hello", ElfWriter.write(Kernel.HELLO.assemble()))));
    }

    private void open(String name, MachineBuilder builder) {
        GuestConsole console = new GuestConsole();
        session = new MachineSession(name, builder.console(console).build(), console);
        window = HeadlessDesktop.call(() -> {
            stage = new Stage();
            MachineWindow opened = new MachineWindow(session, OwnKernels::configure, stage, new AloneAtHome());
            opened.show();
            return opened;
        });
        session.start();
        await("the title", () -> title().contains("running"));
    }

    private String title() {
        return HeadlessDesktop.call(stage::getTitle);
    }

    private String text() {
        return HeadlessDesktop.call(window::consoleText);
    }

    private WritableImage picture() throws InterruptedException {
        // The terminal paints a little later than it knows.
        TimeUnit.MILLISECONDS.sleep(500);
        return HeadlessDesktop.call(() -> stage.getScene().snapshot(null));
    }

    private static void await(String what, BooleanSupplier condition) {
        await(what, SECONDS, condition);
    }

    private static void await(String what, long seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(end);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void type(String text) {
        for (char c : text.toCharArray()) {
            press(
                    switch (c) {
                        case ' ' -> KeyCode.SPACE;
                        case '-' -> KeyCode.MINUS;
                        default -> KeyCode.getKeyCode(String.valueOf(c).toUpperCase(Locale.ROOT));
                    });
        }
    }

    private static void press(KeyCode key) {
        HeadlessDesktop.call(() -> {
            new Robot().keyType(key);
            return true;
        });
    }

    private static int differentPixels(WritableImage a, WritableImage b) {
        int count = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                count += a.getPixelReader().getArgb(x, y) == b.getPixelReader().getArgb(x, y) ? 0 : 1;
            }
        }
        return count;
    }

    private static int brightPixels(WritableImage image) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                Color color = image.getPixelReader().getColor(x, y);
                count += color.getBrightness() > 0.6 ? 1 : 0;
            }
        }
        return count;
    }
}
