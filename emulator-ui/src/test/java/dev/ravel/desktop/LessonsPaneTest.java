package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.ravel.guest.DebianGuest;
import dev.ravel.guest.FetchProgress;
import dev.ravel.guest.GuestException;
import dev.ravel.guest.Guests;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.LessonException;
import dev.ravel.learn.Lessons;
import dev.ravel.learn.Part;
import dev.ravel.learn.Stage.GuestSource;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.session.MachineSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javafx.geometry.Point2D;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lessons beside the console, by keys and clicks of a robot. */
class LessonsPaneTest {
    /** One step may boot Debian. */
    private static final long STEP_SECONDS = 120;

    /** Where pictures go: with -Dravel.pictures=docs/pictures into the documentation. */
    private static final Path PICTURES = Path.of(System.getProperty("ravel.pictures", "target/pictures"));

    private final List<Lesson> lessons = Lessons.all();
    private GuestSource guests = OwnKernels::configure;
    private WindowRobot robot;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @BeforeEach
    void open() throws Exception {
        robot = WindowRobot.hello((builder, guest) -> guests.configure(builder, guest));
    }

    @AfterEach
    void close() {
        robot.close();
    }

    /** Opens the lessons and starts one. */
    private Lesson start(int number) {
        robot.click("#tool-lessons");
        robot.await("the list", () -> robot.entries("lessons-list") == lessons.size());
        int index = lessons.stream().map(Lesson::number).toList().indexOf(number);
        robot.selectEntry("lessons-list", index);
        robot.click("#lesson-start");
        return lessons.get(index);
    }

    private void awaitStep(int number, String next) {
        robot.await(
                "step " + number,
                STEP_SECONDS,
                () -> robot.text("lesson-step").startsWith("Step " + number + " ")
                        && robot.text("lesson-next").equals(next)
                        && robot.enabled("#lesson-next"));
    }

    private void goTo(int step) {
        for (int i = 1; i < step; i++) {
            awaitStep(i, "Next");
            robot.click("#lesson-next");
        }
    }

    private Stream<String> checks() {
        return robot.flows("#lesson-page .check").stream();
    }

    private boolean consoleHas(String line) {
        return robot.consoleText().lines().anyMatch(l -> l.strip().equals(line));
    }

    @Test
    void aLessonIsPlayedToItsEndByClicksAndWithALineThatTheLearnerTypes() throws Exception {
        Lesson lesson = start(2);
        awaitStep(1, "Next");
        assertThat(robot.text("lesson-title")).isEqualTo("Lesson 2: Privilege and traps");
        assertThat(robot.text("lesson-step")).isEqualTo("Step 1 of 7: A hart after reset");
        assertThat(robot.tabs("consoles")).containsExactly("hello", "lesson: first");
        assertThat(checks()).containsExactly("Passed: A hart starts in M-mode.", "Passed: It has done nothing yet.");
        assertThat(robot.flows("#lesson-page"))
                .anySatisfy(text -> assertThat(text).contains("Its hart is in mode M"));
        goTo(7);
        awaitStep(7, "Check");
        assertThat(robot.flows("#lesson-page .ask")).singleElement().asString().startsWith("Your turn: How long");

        robot.click("#lesson-next");
        robot.await("the failed check", () -> checks().anyMatch(check -> check.startsWith("Failed: the console")));
        awaitStep(7, "Check");
        assertThat(robot.flows("#lesson-page")).last().asString().startsWith("Not yet: type what is missing");
        assertThat(robot.text("lesson-status")).endsWith(" checks passed. It is your turn.");
        robot.click("#lesson-try");
        robot.type("uptime");
        robot.press(KeyCode.ENTER);
        robot.await(
                "the answer",
                () -> robot.consoleText().lines().anyMatch(l -> l.strip().matches("\\d+\\.\\d s")));
        robot.picture(PICTURES.resolve("lesson.png"));
        robot.click("#lesson-next");
        awaitStep(7, "Finish");
        assertThat(robot.flows("#lesson-page")).noneMatch(text -> text.startsWith("Not yet"));
        assertThat(checks()).last().asString().startsWith("Passed: The kernel said: ");
        assertThat(checks()).noneMatch(check -> check.startsWith("Failed"));
        assertThat(robot.text("lesson-status"))
                .isEqualTo(lesson.checks() + " of " + lesson.checks() + " checks passed");

        robot.click("#lesson-next");
        robot.await("the list", () -> !robot.missing("#lessons-list"));
        robot.await("the window's own console alone", () -> robot.missing("#consoles"));
        assertThat(robot.session().state()).isEqualTo(MachineSession.State.RUNNING);
    }

    @Test
    void aSecondClickOnCheckMeetsNoOtherButton() {
        start(2);
        List<Optional<Point2D>> reading = List.of();
        for (int step = 1; step < 7; step++) {
            awaitStep(step, "Next");
            reading = corners();
            robot.click("#lesson-next");
        }
        awaitStep(7, "Check");
        assertThat(corners()).isEqualTo(reading).doesNotContain(Optional.empty());
    }

    @Test
    void theKeyboardStaysWhereTheLearnerHasIt() {
        start(2);
        awaitStep(1, "Next");
        robot.focus("#lesson-next");
        for (int step = 1; step < 7; step++) {
            awaitStep(step, "Next");
            robot.await("the button with the keyboard", () -> robot.focused("#lesson-next"));
            robot.press(KeyCode.SPACE);
        }
        awaitStep(7, "Check");
        robot.click("#lesson-try");
        robot.shortcut(KeyCode.B);
        awaitStep(6, "Next");
        // The console is another one now.
        robot.await("the prompt", () -> robot.consoleText().contains("hello> "));
        robot.type("echo still typed");
        robot.await("what was typed", () -> robot.consoleText().contains("hello> echo still typed"));
    }

    /** Where the buttons are. */
    private List<Optional<Point2D>> corners() {
        return Stream.of("leave", "restart", "back", "try", "solution", "next")
                .map(button -> robot.corner("#lesson-" + button))
                .toList();
    }

    @Test
    void aLessonCanBeReadAndPlayedAtTwiceTheSizeOfText() throws Exception {
        start(2);
        awaitStep(1, "Next");
        double text = robot.height("#lesson-page .lesson-text");
        robot.shortcut(KeyCode.T);
        robot.await("larger text", () -> robot.height("#lesson-page .lesson-text") > 1.8 * text);
        for (String part : List.of("#lesson-title", "#lesson-step", "#lesson-next", "#lesson-back", "#lesson-leave")) {
            robot.await(part, () -> robot.inside(part));
        }
        robot.await(
                "as much of the page as of all else",
                () -> 2 * robot.height("#lesson-scroll") >= robot.height("#lesson"));
        robot.picture(Path.of("target", "pictures", "lesson-twice.png"));
        robot.click("#lesson-next");
        awaitStep(2, "Next");
    }

    @Test
    void whatIsAskedIsScrolledToWhereTheTextBeforeItIsLongerThanThePage() throws Exception {
        start(2);
        awaitStep(1, "Next");
        robot.shortcut(KeyCode.T);
        setHeight(960);
        goTo(7);
        awaitStep(7, "Check");
        robot.picture(Path.of("target", "pictures", "lesson-asked.png"));
        robot.await("the question", () -> robot.inSight("#lesson-page .ask"));
    }

    @Test
    void whatIsAskedStaysInSightWhenTextOrWindowChangeTheirSize() {
        start(2);
        goTo(7);
        awaitStep(7, "Check");
        robot.shortcut(KeyCode.T);
        robot.await("the question in larger text", () -> robot.inSight("#lesson-page .ask"));
        setHeight(1000);
        robot.await("a higher page", () -> robot.height("#lesson-scroll") > 450);
        robot.await("the question in a higher window", () -> robot.inSight("#lesson-page .ask"));
        setHeight(700);
        robot.await("a lower page", () -> robot.height("#lesson-scroll") < 450);
        robot.await("the question in a lower window", () -> robot.inSight("#lesson-page .ask"));
        robot.shortcut(KeyCode.DIGIT0);
        robot.await("the question in text as usual", () -> robot.inSight("#lesson-page .ask"));
    }

    private void setHeight(double height) {
        HeadlessDesktop.call(() -> {
            robot.stage().setHeight(height);
            return true;
        });
    }

    @Test
    void aLessonThatWasBegunIsNotRestartedWithoutAQuestion() {
        start(2);
        awaitStep(1, "Next");
        robot.click("#lesson-restart");
        awaitStep(1, "Next");
        assertThat(robot.missing("#question")).isTrue();
        goTo(2);
        awaitStep(2, "Next");
        robot.shortcut(KeyCode.Z);
        robot.await("the question", () -> !robot.missing("#question"));
        assertThat(robot.dialogText()).contains("first step", "step 2 of 7", "checks passed");
        robot.press(KeyCode.ENTER);
        robot.await("no question", () -> robot.missing("#question"));
        awaitStep(2, "Next");
        restart();
        robot.click("#lesson-restart");
        awaitStep(1, "Next");
        assertThat(robot.missing("#question"))
                .as("a question where nothing is lost")
                .isTrue();
    }

    /** Begins a lesson again that has been begun. */
    private void restart() {
        robot.click("#lesson-restart");
        robot.click("#question-yes");
        awaitStep(1, "Next");
    }

    @Test
    void aLessonThatWasBegunIsNotLeftWithoutAQuestion() {
        start(2);
        awaitStep(1, "Next");
        robot.shortcut(KeyCode.Q);
        robot.await("the list, without a question", () -> !robot.missing("#lessons-list"));
        robot.click("#lesson-start");
        goTo(2);
        awaitStep(2, "Next");
        robot.shortcut(KeyCode.Q);
        robot.await("the question", () -> !robot.missing("#question"));
        assertThat(robot.dialogText()).contains("step 2 of 7", "checks passed");
        robot.press(KeyCode.ENTER);
        robot.await("no question", () -> robot.missing("#question"));
        awaitStep(2, "Next");
        robot.shortcut(KeyCode.W);
        robot.await("the question", () -> !robot.missing("#question"));
        robot.press(KeyCode.ESCAPE);
        robot.await("no question", () -> robot.missing("#question"));
        assertThat(robot.showing()).isTrue();
        robot.click("#lesson-leave");
        robot.click("#question-yes");
        robot.await("the list", () -> !robot.missing("#lessons-list"));

        robot.click("#lesson-start");
        goTo(2);
        awaitStep(2, "Next");
        robot.shortcut(KeyCode.W);
        robot.click("#question-yes");
        robot.await("the window to close", () -> !robot.showing());
    }

    @Test
    void backMakesMachineAndConsoleWhatTheyWere() {
        start(2);
        goTo(7);
        awaitStep(7, "Check");
        robot.await("the console", () -> consoleHas("over the border and back"));
        robot.shortcut(KeyCode.H);
        awaitStep(7, "Finish");
        robot.click("#lesson-back");
        awaitStep(6, "Next");
        robot.await(
                "the prompt alone",
                () -> robot.consoleText().contains("hello> ") && !consoleHas("over the border and back"));
        List<String> first = checks().toList();
        robot.shortcut(KeyCode.N);
        awaitStep(7, "Check");
        robot.await("the line again", () -> consoleHas("over the border and back"));
        robot.shortcut(KeyCode.B);
        awaitStep(6, "Next");
        assertThat(checks()).containsExactlyElementsOf(first);
        restart();
        assertThat(robot.text("lesson-status")).startsWith("2 of ");
        robot.shortcut(KeyCode.Q);
        robot.await("the list", () -> !robot.missing("#lessons-list"));
    }

    @Test
    void theLessonOnIsolationIsPlayedToItsEndByClicksAndByKeysInTheConsole() {
        playToTheEnd(start(13));
    }

    @Test
    void aLessonOnDebianIsPlayedByClicksAndByKeysInTheConsoleBackAndToItsEnd() {
        DebianGuest.require();
        guests = LessonsPaneTest::debian;
        Lesson lesson = start(9);
        goTo(2);
        awaitStep(2, "Check");
        robot.click("#lesson-try");
        typeAtThePrompt(lesson, "hostname inner");
        robot.click("#lesson-next");
        awaitStep(2, "Next");
        assertThat(checks()).contains("Passed: In the new shell's namespace the host is called inner.");
        robot.click("#lesson-next");
        awaitStep(3, "Check");
        robot.await("its shell", () -> robot.consoleText().contains("unshare -p -f --mount-proc sh"));

        robot.click("#lesson-back");
        awaitStep(2, "Check");
        robot.await(
                "the shell before",
                () -> atThePrompt(lesson) && robot.consoleText().contains("unshare -u sh"));
        assertThat(robot.consoleText()).doesNotContain("hostname inner", "unshare -p -f --mount-proc sh");
        playToTheEnd(lesson);
    }

    private static void debian(MachineBuilder builder, String guest) throws LessonException {
        try {
            Guests.configure(builder, guest, Optional.empty(), FetchProgress.NONE);
        } catch (GuestException e) {
            throw new LessonException(e.getMessage());
        }
    }

    /** Types a line as soon as the guest's prompt is there, and waits for the next. */
    private void typeAtThePrompt(Lesson lesson, String line) {
        robot.await("the prompt for " + line, STEP_SECONDS, () -> atThePrompt(lesson));
        robot.type(line);
        // A long line is wrapped.
        robot.await(line, () -> withoutBlanks(robot.consoleText()).endsWith(withoutBlanks(line)));
        robot.press(KeyCode.ENTER);
        robot.await("the answer to " + line, STEP_SECONDS, () -> atThePrompt(lesson));
    }

    private boolean atThePrompt(Lesson lesson) {
        return Pattern.compile("(?:" + lesson.prompt() + ")\\z")
                .matcher(robot.consoleText().stripTrailing() + " ")
                .find();
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("\\s", "");
    }

    /** Goes through a lesson, of whose checks none may fail; what solves a question is typed on the keyboard. */
    private void playToTheEnd(Lesson lesson) {
        Iterator<List<String>> solutions = lesson.steps().stream()
                .flatMap(step -> step.parts().stream())
                .flatMap(part -> part instanceof Part.Ask ask ? Stream.of(ask.solution()) : Stream.of())
                .iterator();
        List<String> before = List.of();
        String button = "";
        for (int turn = 0; !button.equals("Finish"); turn++) {
            assertThat(turn).as("turns").isLessThan(100);
            List<String> last = before;
            robot.await("the next turn", STEP_SECONDS, () -> robot.enabled("#lesson-next") && !shown().equals(last));
            before = shown();
            String step = robot.text("lesson-step");
            assertThat(robot.flows("#lesson-page .problem")).as(step).isEmpty();
            assertThat(checks()).as(step).noneMatch(check -> check.startsWith("Failed"));
            button = robot.text("lesson-next");
            switch (button) {
                case "Next" -> robot.click("#lesson-next");
                case "Check" -> {
                    robot.click("#lesson-try");
                    solutions.next().forEach(line -> typeAtThePrompt(lesson, line));
                    robot.click("#lesson-next");
                }
                case "Finish" -> {}
                default -> fail(step + ": " + button);
            }
        }
        assertThat(solutions.hasNext()).isFalse();
        assertThat(robot.text("lesson-status"))
                .isEqualTo(lesson.checks() + " of " + lesson.checks() + " checks passed");
        robot.click("#lesson-next");
        robot.await("the list", () -> !robot.missing("#lessons-list"));
    }

    /** What tells one turn of the learner's from another. */
    private List<String> shown() {
        List<String> shown = new ArrayList<>(robot.flows("#lesson-page"));
        shown.add(robot.text("lesson-step"));
        shown.add(robot.text("lesson-next"));
        return shown;
    }

    @Test
    void aLessonThatCannotGoOnSaysWhy() {
        start(9);
        robot.await(
                "the reason",
                () -> robot.flows("#lesson-page .problem")
                        .equals(List.of("The lesson cannot go on: there is no guest debian here")));
        assertThat(robot.text("lesson-next")).isEqualTo("Try again");
        robot.click("#lesson-leave");
        robot.await("the list", () -> !robot.missing("#lessons-list"));
    }

    @Test
    void aLessonOutlivesTheMachineOfTheWindow() {
        start(2);
        awaitStep(1, "Next");
        robot.session().stop();
        robot.session().awaitEnd();
        robot.click("#lesson-next");
        awaitStep(2, "Next");
        robot.shortcut(KeyCode.E);
        robot.await("the lesson to be hidden", () -> robot.missing("#lesson-next"));
        robot.shortcut(KeyCode.E);
        awaitStep(2, "Next");
        robot.shortcut(KeyCode.Q);
        robot.click("#question-yes");
        robot.await("the list", () -> !robot.missing("#lessons-list"));
        robot.shortcut(KeyCode.E);
        robot.await("the window to close", () -> !robot.showing());
    }

    @Test
    void afterTheLastStepTheListHasTheKeyboardAlthoughItWasAtTheConsole() {
        start(2);
        goTo(7);
        awaitStep(7, "Check");
        robot.shortcut(KeyCode.H);
        awaitStep(7, "Finish");
        robot.shortcut(KeyCode.O);
        robot.shortcut(KeyCode.N);
        robot.await("the list", () -> !robot.missing("#lessons-list"));
        robot.await("the window's own console alone", () -> robot.missing("#consoles"));
        robot.await("the list to have the keyboard", () -> robot.focused("#lessons-list"));
    }

    @Test
    void aHiddenLessonThatWasBegunKeepsTheWindowOfAMachineThatIsSwitchedOff() {
        start(2);
        goTo(2);
        awaitStep(2, "Next");
        hideAndSwitchOff();
        robot.await(
                "the machine to be off",
                () -> HeadlessDesktop.call(robot.stage()::getTitle).contains("powered off"));
        assertThat(robot.showing()).isTrue();
        robot.shortcut(KeyCode.E);
        robot.click("#lesson-next");
        awaitStep(3, "Next");
    }

    @Test
    void aHiddenLessonThatWasNotBegunDoesNotKeepTheWindow() {
        start(2);
        awaitStep(1, "Next");
        hideAndSwitchOff();
        robot.await("the window to close", () -> !robot.showing());
    }

    private void hideAndSwitchOff() {
        robot.shortcut(KeyCode.E);
        robot.await("the lesson to be hidden", () -> robot.missing("#lesson-next"));
        robot.session().stop();
        robot.session().awaitEnd();
    }
}
