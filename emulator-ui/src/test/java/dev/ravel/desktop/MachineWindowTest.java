package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.guest.DebianGuest;
import dev.ravel.guest.Guest;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.session.GuestConsole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javafx.event.Event;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.paint.Color;
import javafx.stage.WindowEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A window onto a real machine, on a screen that nobody sees, with a robot at the keyboard. */
class MachineWindowTest {
    private static final long BOOT_SECONDS = 120;

    private WindowRobot robot;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @AfterEach
    void close() {
        if (robot != null) {
            robot.close();
        }
    }

    @Test
    void everyPrintableCharacterThatIsTypedReachesTheGuest() throws Exception {
        openHello();
        String printable =
                IntStream.rangeClosed('!', '~').mapToObj(Character::toString).collect(Collectors.joining());
        // Together they are longer than a line of the window.
        for (String half : List.of(printable.substring(0, 50), printable.substring(50))) {
            robot.type("echo " + half);
            robot.press(KeyCode.ENTER);
            robot.await("the answer", () -> hasLine(half));
        }
    }

    private boolean hasLine(String line) {
        return robot.consoleText().lines().anyMatch(l -> l.strip().equals(line));
    }

    @Test
    void whatIsTypedReachesTheGuestAndItsAnswerIsInThePicture() throws Exception {
        openHello();
        WritableImage before = robot.picture(Path.of("target", "prompt.png"));
        // More than the lines that it may push out of sight, and a cursor that blinks.
        String answer = "seen in the picture, all of these words and a few more";
        robot.type("echo " + answer);
        robot.press(KeyCode.ENTER);
        robot.await("the answer", () -> hasLine(answer));
        WritableImage after = robot.picture(Path.of("target", "hello.png"));
        assertThat(differentPixels(before, after)).isGreaterThan(500);
        assertThat(brightPixels(after)).isGreaterThan(brightPixels(before));
    }

    @Test
    void controlKeysGoToTheGuestAndNotToTheWindow() throws Exception {
        openHello();
        robot.type("half a line");
        // What a real keyboard gives; the robot of the headless platform types a plain c with Control held.
        HeadlessDesktop.call(() -> {
            Event.fireEvent(
                    robot.stage().getScene().getFocusOwner(),
                    new KeyEvent(KeyEvent.KEY_PRESSED, "\003", "\003", KeyCode.C, false, true, false, false));
            Event.fireEvent(
                    robot.stage().getScene().getFocusOwner(),
                    new KeyEvent(KeyEvent.KEY_TYPED, "\003", "", KeyCode.UNDEFINED, false, true, false, false));
            return true;
        });
        robot.await("^C", () -> robot.consoleText().contains("half a line^C"));
    }

    @Test
    void keysThatTypeNothingAreNothingToTheGuest() throws Exception {
        openHello();
        // What is typed now nobody takes.
        robot.session().pause();
        for (KeyCode key : List.of(KeyCode.SHIFT, KeyCode.CONTROL, KeyCode.ALT_GRAPH, KeyCode.CAPS, KeyCode.WINDOWS)) {
            robot.press(key);
        }
        robot.type("Aa");
        List<Integer> typed = new ArrayList<>();
        robot.await("the letters", () -> {
            for (int next = input(); next >= 0; next = input()) {
                typed.add(next);
            }
            return typed.contains((int) 'a');
        });
        assertThat(typed).containsExactly((int) 'A', (int) 'a');
    }

    private int input() {
        return robot.session().console().input();
    }

    @Test
    void cursorKeysGoToTheGuestAsEscapeSequences() throws Exception {
        openHello();
        robot.press(KeyCode.UP);
        robot.await("the sequence", () -> robot.consoleText().contains("hello> [A"));
    }

    @Test
    void theTerminalAnswersTheGuestUnlessAScriptIsAhead() throws Exception {
        openHello();
        GuestConsole console = robot.session().console();
        console.typeUnanswered("ab".getBytes(StandardCharsets.US_ASCII));
        robot.await("what the script typed", () -> robot.consoleText().contains("hello> ab"));
        print(console, "\033[6n late");
        robot.await("what is behind the query", () -> robot.consoleText().contains("hello> ab late"));
        console.takeAnswers();
        print(console, "\033[6n");
        // The kernel takes the row and the column where the cursor is for a line's beginning and shows them: once.
        robot.await(
                "the answer",
                () -> robot.consoleText().lines().anyMatch(line -> line.strip().matches("hello> ab late\\[\\d+;15R")));
    }

    private static void print(GuestConsole console, String text) {
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            console.output(b);
        }
    }

    @Test
    void theTitleTellsNameAndState() throws Exception {
        openHello();
        robot.await("the title", () -> title().equals("hello (running) - Ravel"));
        robot.session().pause();
        robot.await("the title", () -> title().equals("hello (paused) - Ravel"));
        robot.session().resume();
        robot.await("the title", () -> title().equals("hello (running) - Ravel"));
    }

    @Test
    void theWindowClosesWhenTheGuestPowersOff() throws Exception {
        openHello();
        robot.type("poweroff");
        robot.press(KeyCode.ENTER);
        robot.await("the window to close", () -> !robot.showing());
        assertThat(robot.session().awaitEnd()).isEqualTo(new End.PoweredOff());
    }

    @Test
    void closingTheWindowSwitchesTheMachineOff() throws Exception {
        openHello();
        HeadlessDesktop.call(() -> {
            robot.stage().fireEvent(new WindowEvent(robot.stage(), WindowEvent.WINDOW_CLOSE_REQUEST));
            return true;
        });
        assertThat(robot.session().awaitEnd()).isEqualTo(new End.Stopped());
    }

    @Test
    void debianAnswersUname() throws Exception {
        Guest guest = DebianGuest.require();
        robot = WindowRobot.open(
                "debian",
                Machine.builder().kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine()));
        robot.await("the shell", BOOT_SECONDS, () -> robot.consoleText().contains("root@ravel:~# "));
        robot.type("uname -a");
        robot.press(KeyCode.ENTER);
        robot.await("the answer", () -> robot.consoleText().contains("Linux ravel " + guest.kernelVersion()));
        // The next prompt is below: the screen is complete.
        robot.await("the next prompt", () -> robot.consoleText().stripTrailing().endsWith("root@ravel:~#"));
        WritableImage picture = robot.picture(Path.of("target", "debian.png"));
        assertThat(brightPixels(picture)).isGreaterThan(5000);
    }

    private void openHello() throws Exception {
        robot = WindowRobot.hello();
    }

    private String title() {
        return HeadlessDesktop.call(robot.stage()::getTitle);
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
