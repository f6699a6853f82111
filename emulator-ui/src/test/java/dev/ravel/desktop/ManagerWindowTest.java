package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.manager.DefinitionStore;
import dev.ravel.manager.MachineManager;
import dev.ravel.manager.MachineSample;
import dev.ravel.manager.MachineSample.Condition;
import dev.ravel.session.MachineSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import javafx.stage.Window;
import javafx.stage.WindowEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a user's machines, by keys and clicks of a robot, with machines that run. */
class ManagerWindowTest {
    /** Where pictures go: with -Dravel.pictures=docs/pictures into the documentation. */
    private static final Path PICTURES = Path.of(System.getProperty("ravel.pictures", "target/pictures"));

    @TempDir
    private Path folder;

    private final CountDownLatch closed = new CountDownLatch(1);
    private DefinitionStore store;
    private MachineManager manager;
    private ManagerWindow window;
    private StageRobot robot;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @BeforeEach
    void open() throws Exception {
        Path file = folder.resolve("machines.json");
        Files.writeString(file, """
                {"version": 1, "machines": [
                  {"name": "first", "guest": "hello", "cpus": 1, "memory": "64M", "engine": "interp"},
                  {"name": "second", "guest": "pages", "cpus": 1, "memory": "64M", "engine": "jit"}]}
                """);
        open(file);
    }

    private void open(Path file) {
        store = new DefinitionStore(file);
        manager = new MachineManager(store);
        robot = new StageRobot(HeadlessDesktop.call(Stage::new));
        HeadlessDesktop.call(() -> {
            robot.stage().setX(0);
            robot.stage().setY(0);
            window = new ManagerWindow(
                    manager, OwnKernels::configure, robot.stage(), Remembered.nothing(), closed::countDown);
            window.show(false);
            return true;
        });
        robot.await("the list", () -> robot.entries("machines") > 0);
    }

    @AfterEach
    void close() {
        HeadlessDesktop.call(() -> {
            List.copyOf(Window.getWindows()).forEach(Window::hide);
            return true;
        });
        manager.close();
    }

    private MachineSample sample(String name) {
        return manager.samples().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void awaitCondition(String name, Condition condition) {
        robot.await(name + " " + condition, () -> sample(name).condition() == condition);
    }

    private String console(String name) {
        return HeadlessDesktop.call(
                () -> window.window(name).map(MachineWindow::consoleText).orElse(""));
    }

    /** The machine that is selected; empty while another page stands in place of the list. */
    private String selected() {
        return HeadlessDesktop.call(() -> robot.stage().getScene().lookup("#machines") instanceof ListView<?> machines
                ? String.valueOf(machines.getSelectionModel().getSelectedItem())
                : "");
    }

    /** Brings the page before the windows of machines. */
    private void toFront() {
        HeadlessDesktop.call(() -> {
            window.show(true);
            return true;
        });
        robot.await(
                "the page to have the keyboard",
                () -> HeadlessDesktop.call(() -> robot.stage().isFocused()));
    }

    private void start(int index, String name) {
        toFront();
        robot.selectEntry("machines", index);
        robot.click("#tool-start");
        robot.await("the prompt of " + name, () -> console(name).contains("> "));
        toFront();
    }

    @Test
    void twoMachinesRunAtOnceEachInItsWindowAndInThePage() throws Exception {
        start(0, "first");
        start(1, "second");
        MachineSession first = manager.session("first").orElseThrow();
        first.console().type("echo only in the first\n".getBytes(StandardCharsets.US_ASCII));
        robot.await("the answer", () -> console("first").contains("\nonly in the first"));
        assertThat(console("second")).doesNotContain("only in the first");
        robot.await(
                "the thumbnail",
                () -> robot.labels(".thumbnail").stream().anyMatch(text -> text.contains("\nonly in the first")));
        robot.selectEntry("machines", 1);
        robot.click("#tool-pause");
        awaitCondition("second", Condition.PAUSED);
        assertThat(sample("first").condition()).isEqualTo(Condition.RUNNING);
        robot.await("the page to say so", () -> robot.labels(".state").contains("paused"));
        robot.picture(PICTURES.resolve("manager.png"));
    }

    @Test
    void aMachineIsPausedGoesOnIsResetAndPoweredOffByClicks() {
        start(0, "first");
        robot.click("#tool-pause");
        awaitCondition("first", Condition.PAUSED);
        robot.click("#tool-start");
        awaitCondition("first", Condition.RUNNING);
        int before = text("first").length();
        robot.click("#tool-reset");
        robot.await("a new start", () -> text("first").indexOf("> ", before) > 0);
        robot.click("#tool-power-off");
        robot.click("#question-yes");
        awaitCondition("first", Condition.OFF);
        robot.await(
                "its window to close",
                () -> HeadlessDesktop.call(() -> window.window("first").isEmpty()));
    }

    private String text(String name) {
        try {
            return manager.consoleText(name);
        } catch (dev.ravel.manager.ManagerException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aClosedWindowLeavesItsMachineOnAndShowsItsConsoleWhenOpenedAgain() {
        start(0, "first");
        HeadlessDesktop.call(() -> {
            window.window("first").orElseThrow().hide();
            return true;
        });
        assertThat(sample("first").condition()).isEqualTo(Condition.RUNNING);
        robot.click("#tool-show");
        robot.await("the console", () -> console("first").contains("> "));
    }

    @Test
    void aMachineIsCreatedInTheFormWhichTellsWhatIsWrongLineByLine() {
        robot.click("#tool-new");
        robot.enter("form-name", "first");
        robot.choose("form-guest", "a kernel from a file");
        robot.enter("form-kernel", "/no/such/kernel");
        robot.enter("form-cpus", "1000");
        robot.enter("form-memory", "a lot");
        robot.click("#form-done");
        robot.await("the lines", () -> !robot.text("problem-memory").isEmpty());
        assertThat(robot.text("problem-name")).isEqualTo("there is a machine 'first' already");
        assertThat(robot.text("problem-kernel")).isEqualTo("there is no file /no/such/kernel");
        assertThat(robot.text("problem-cpus")).isEqualTo("1000: a machine has 1 to 64 harts");
        assertThat(robot.text("problem-memory")).isEqualTo("'a lot' is not a size: write for example 512M or 2G");
        assertThat(robot.text("problem-disk")).isEmpty();
        robot.enter("form-name", "third");
        robot.choose("form-guest", "tasks");
        robot.enter("form-cpus", "2");
        robot.enter("form-memory", "96M");
        robot.click("#form-done");
        robot.await("the third", () -> robot.entries("machines") == 3);
        robot.await("it to be selected", () -> selected().contains("third"));
        assertThat(store.load().machines().getLast().memory()).isEqualTo(96L << 20);
    }

    @Test
    void aMachineThatIsMadeDeterministicStepsBackInItsWindow() throws Exception {
        robot.click("#tool-new");
        robot.enter("form-name", "third");
        robot.choose("form-guest", "hello");
        robot.enter("form-memory", "64M");
        robot.enter("form-cpus", "2");
        robot.click("#form-deterministic");
        robot.click("#form-done");
        robot.await(
                "the line",
                () -> robot.text("problem-cpus").equals("2: a machine that can be stepped back has one CPU"));
        robot.enter("form-cpus", "1");
        robot.picture(Path.of("target", "pictures", "form.png"));
        robot.click("#form-done");
        robot.await("the third", () -> robot.entries("machines") == 3);
        assertThat(store.load().machines().getLast().deterministic()).isTrue();

        robot.selectEntry("machines", 2);
        robot.click("#tool-settings");
        robot.await("the form", () -> robot.text("form-title").equals("Settings of third"));
        assertThat(robot.selected("form-deterministic")).isTrue();
        robot.press(KeyCode.ESCAPE);
        robot.await("the list", () -> !robot.missing("#machines"));
        robot.selectEntry("machines", 2);
        robot.click("#tool-start");
        robot.await("the prompt of third", () -> console("third").contains("> "));
        robot.shortcut(KeyCode.P);
        awaitCondition("third", Condition.PAUSED);
        robot.shortcut(KeyCode.J);
        robot.await("where", () -> !robot.text("history-position").isEmpty());
        long position = Long.parseLong(robot.text("history-position"));
        robot.press(KeyCode.F9);
        robot.await("a step back", () -> robot.text("history-position").equals(Long.toString(position - 1)));
        assertThat(robot.missing("#stepping-no-way-back")
                        || robot.text("stepping-no-way-back").isEmpty())
                .isTrue();
    }

    @Test
    void aMachineIsClonedChangedAndDeletedByKeysAlone() {
        robot.selectEntry("machines", 0);
        robot.shortcut(KeyCode.C);
        robot.await("the copy", () -> selected().contains("first copy"));
        robot.shortcut(KeyCode.E);
        robot.await("the form", () -> robot.text("form-title").equals("Settings of first copy"));
        robot.press(KeyCode.E);
        robot.await("it to be typed", () -> robot.text("form-name").equals("e"));
        robot.press(KeyCode.ENTER);
        robot.await("the new name", () -> manager.names().contains("e"));
        robot.await("it to be selected", () -> selected().contains("name=e"));
        robot.shortcut(KeyCode.DELETE);
        robot.await("the question", () -> !robot.missing("#question"));
        robot.press(KeyCode.ESCAPE);
        robot.await("no question", () -> robot.missing("#question"));
        assertThat(manager.names()).contains("e");
        robot.shortcut(KeyCode.DELETE);
        robot.await("the question", () -> !robot.missing("#question"));
        robot.press(KeyCode.ENTER);
        robot.await("it to be gone", () -> !manager.names().contains("e"));
        assertThat(manager.names()).containsExactly("first", "second");
    }

    /** What the window system tells when the window's own button is clicked. */
    private void clickX() {
        HeadlessDesktop.call(() -> {
            robot.stage().fireEvent(new WindowEvent(robot.stage(), WindowEvent.WINDOW_CLOSE_REQUEST));
            return true;
        });
    }

    @Test
    void withMachinesOnItAsksBeforeItClosesAndThenAllAreOff() throws Exception {
        start(0, "first");
        clickX();
        robot.click("#question-no");
        assertThat(sample("first").condition()).isEqualTo(Condition.RUNNING);
        clickX();
        robot.click("#question-yes");
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(manager.countOn()).isZero();
        assertThat(robot.showing()).isFalse();
    }

    @Test
    void withALessonThatWasBegunItAsksBeforeItClosesWhetherMachinesAreOnOrNot() throws Exception {
        start(0, "first");
        beginALesson();
        toFront();
        clickX();
        robot.await("the question", () -> !robot.missing("#question"));
        assertThat(robot.dialogText())
                .isEqualTo("One machine is on. A lesson has been begun; its machine is switched off too.");
        robot.click("#question-no");
        robot.await("no question", () -> robot.missing("#question"));
        manager.powerOff("first");
        awaitCondition("first", Condition.OFF);
        clickX();
        robot.await("the question", () -> !robot.missing("#question"));
        assertThat(robot.dialogText()).isEqualTo("A lesson has been begun; its machine is switched off too.");
        robot.click("#question-yes");
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(robot.showing()).isFalse();
    }

    /** In the window of the machine that is on. */
    private void beginALesson() {
        robot.click("#tool-lessons");
        robot.await("the list", () -> robot.entries("lessons-list") > 0);
        robot.selectEntry("lessons-list", 1);
        robot.click("#lesson-start");
        robot.await("the first step", () -> robot.text("lesson-step").startsWith("Step 1 "));
        robot.click("#lesson-next");
        robot.await("the second step", () -> robot.text("lesson-step").startsWith("Step 2 "));
    }

    @Test
    void everythingGrowsWithTheTextAndCanBeDark() throws Exception {
        robot.await("a cell", () -> robot.height(".machine") > 0);
        double before = robot.height(".machine");
        robot.shortcut(KeyCode.T);
        robot.shortcut(KeyCode.D);
        robot.await("larger cells", () -> robot.height(".machine") > 1.8 * before);
        robot.picture(Path.of("target", "pictures", "manager-twice.png"));
        robot.click("#tool-new");
        robot.await("the form", () -> !robot.missing("#form-name"));
        robot.picture(Path.of("target", "pictures", "manager-form-twice.png"));
        robot.press(KeyCode.ESCAPE);
        robot.shortcut(KeyCode.L);
    }

    @Test
    void aDamagedFileIsSaidInThePage() throws Exception {
        close();
        Path file = folder.resolve("machines.json");
        Files.writeString(file, "{");
        open(file);
        assertThat(robot.text("machines-notice")).startsWith(file + " is damaged (");
        assertThat(robot.entries("machines")).isEqualTo(2);
    }
}
