package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.guest.DebianGuest;
import dev.ravel.learn.Learner;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.LessonException;
import dev.ravel.learn.LessonRun;
import dev.ravel.learn.Lessons;
import dev.ravel.learn.MarkdownPage;
import dev.ravel.learn.Page;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lessons as their readers see them. */
class LessonsTest {
    private static final String SMALL = """
            @lesson 99
            @title Small
            @guest hello
            @memory 64
            @seconds 1
            @limit 60
            @prompt hello>\\x20
            # One
            A paragraph that is longer than forty columns and has `code that goes on` in it.
            @boot
            @check {{instructions}} > 0 -- The kernel runs.
            # Two
            @ask Have the kernel say `word`.
            @solution echo word
            @check console ^word$ -- It said: {{console ^word$}}.
            """;

    private static final String TWO_MACHINES = """
            @lesson 98
            @title Two
            @guest hello
            @memory 64
            @seconds 1
            @limit 60
            @prompt hello>\\x20
            # One
            @boot
            @let work {{action.instructions}}
            @type echo in the first
            @on other
            @check {{instructions}} = 0 -- It is another machine, and off.
            @boot
            @type echo in the other
            @check no-console first -- It has a console of its own.
            @check {{host-memory}} > 0 -- It has {{host-memory}} bytes of the host's memory.
            @off
            # Two
            @type echo still here
            @check console ^still here$ -- A step begins with the first machine, which goes on when the other is off.
            @check {{action.instructions}} > 0 -- The line was work.
            @check {{work / work}} = 1.00 -- Values outlive their step.
            @check {{work / 1000}} > 0.5 -- Quotients compare as numbers.
            @send echo nobody waits
            @wait ^nobody waits$
            | what | it is |
            | work | {{work}} |
            """;

    @TempDir
    private Path folder;

    static List<Named<Lesson>> all() {
        return Lessons.all().stream()
                .map(lesson -> Named.of(lesson.number() + " " + lesson.title(), lesson))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void everyLessonPassesFromEndToEnd(Lesson lesson) throws Exception {
        if (lesson.guest().equals("debian")) {
            DebianGuest.require();
        }
        List<String> failed = new ArrayList<>();
        Page page = new Page() {
            @Override
            public void check(String words, boolean passed, String detail) {
                if (!passed) {
                    failed.add(words + ": " + detail);
                }
            }
        };
        try (LessonRun run = new LessonRun(lesson, LearnCommand::configure)) {
            while (!run.finished()) {
                run.play(page, Learner.SCRIPT);
            }
            assertThat(failed).isEmpty();
            assertThat(run.passed()).isTrue();
        }
    }

    /** Those that are quick enough to be played more than once. */
    static List<Named<Lesson>> onOwnKernels() {
        return all().stream()
                .filter(lesson -> !lesson.getPayload().guest().equals("debian"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("onOwnKernels")
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void everyStepOfALessonPassesAgainAfterGoingBack(Lesson lesson) throws Exception {
        Learner goesBack = new Learner() {
            @Override
            public Answer act(List<String> solution, Keyboard keyboard) throws LessonException, InterruptedException {
                return SCRIPT.act(solution, keyboard);
            }

            @Override
            public boolean again() {
                return false;
            }
        };
        List<String> failed = new ArrayList<>();
        int[] passed = {0};
        Page page = new Page() {
            @Override
            public void check(String words, boolean good, String detail) {
                passed[0]++;
                if (!good) {
                    failed.add(words + ": " + detail);
                }
            }
        };
        try (LessonRun run = new LessonRun(lesson, LearnCommand::configure)) {
            while (!run.finished()) {
                int step = run.played();
                run.play(page, goesBack);
                run.back(step);
                run.play(page, goesBack);
            }
            assertThat(failed).isEmpty();
            assertThat(run.passed()).isTrue();
            assertThat(passed[0]).isEqualTo(2 * lesson.checks());
        }
    }

    /** Those on Debian name whole lines; the other kernels' few words are what the text before a question is about. */
    @ParameterizedTest
    @ValueSource(strings = {"09-namespaces", "10-cgroups", "11-container", "12-machine-against-container"})
    void whatAQuestionTellsToTypeIsAllThatItsChecksWant(String file) throws Exception {
        String lesson;
        try (InputStream in = Lessons.class.getResourceAsStream(file + ".lesson")) {
            lesson = new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        }
        Matcher ask = Pattern.compile("(?m)^@ask (.*)\n((?:@solution .*\n)+)").matcher(lesson);
        int questions = 0;
        while (ask.find()) {
            questions++;
            for (String line : ask.group(2).lines().toList()) {
                // The lesson shows the numbers of the disk, which only the guest knows.
                String typed = line.substring("@solution ".length()).replace("$(cat /sys/block/vda/dev)", "{{disk}}");
                assertThat(ask.group(1)).contains("`" + typed + "`");
            }
        }
        assertThat(questions).isPositive();
    }

    /** What a learner sees who types these lines, and how many checks have passed then. */
    private record Seen(String text, int passed) {}

    private Seen with(int columns, boolean colour, String... lines) throws Exception {
        Lesson lesson = Lessons.read(Files.writeString(folder.resolve("small.lesson"), SMALL));
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        try (LessonRun run = new LessonRun(lesson, LearnCommand::configure)) {
            BufferedReader keyboard = new BufferedReader(new StringReader(String.join("\n", lines)));
            new LessonDialog(lesson, run, new TerminalPage(out, () -> columns, colour), keyboard, out).go();
            return new Seen(text.toString(), run.passedChecks());
        }
    }

    @Test
    void aLearnerWhoTypesTheRightLinePasses() throws Exception {
        Seen seen = with(80, false, "", "echo wrong", "", "echo word", "", "");
        assertThat(seen.passed).isEqualTo(2);
        assertThat(seen.text)
                .containsSubsequence(
                        "Lesson 99: Small",
                        "Step 1 of 2: One",
                        "[passed] The kernel runs.",
                        "Your turn:",
                        "| wrong",
                        "[failed] the console does not show 'word'",
                        "Not yet: type what is missing, or `s` for the solution.",
                        "| word",
                        "[passed] It said: word.");
    }

    @Test
    void aLessonMayHaveMachinesSideBySide() throws Exception {
        Lesson lesson = Lessons.read(Files.writeString(folder.resolve("two.lesson"), TWO_MACHINES));
        StringWriter text = new StringWriter();
        try (LessonRun run = new LessonRun(lesson, LearnCommand::configure);
                PrintWriter out = new PrintWriter(text)) {
            MarkdownPage page = new MarkdownPage(lesson, out);
            while (!run.finished()) {
                run.play(page, Learner.SCRIPT);
            }
            assertThat(run.passed()).as(text.toString()).isTrue();
        }
        assertThat(text.toString())
                .contains("```\nhello> echo nobody waits\n```\n")
                .containsPattern("\\| what \\| it is \\|\n\\| --- \\| --- \\|\n\\| work \\| [0-9]+ \\|\n");
    }

    @Test
    void aTableIsNoWiderThanItsPage() {
        List<List<String>> rows =
                List.of(List.of("", "container", "machine"), List.of("its kernel", "the server's", "one of its own"));
        assertThat(new TextTable(rows, 80).lines())
                .containsExactly(
                        "            container     machine",
                        "----------  ------------  --------------",
                        "its kernel  the server's  one of its own");
        assertThat(new TextTable(rows, 32).lines())
                .containsExactly(
                        "         container   machine",
                        "-------  ----------  ----------",
                        "its      the         one of its",
                        "kernel   server's    own");
        assertThat(new TextTable(rows, 20).lines())
                .containsExactly("its kernel", "- container: the", "  server's", "- machine: one of", "  its own");
    }

    @Test
    void aPageOfFortyColumnsWithoutColourIsNoWiderAndHasNoEscapes() throws Exception {
        Seen seen = with(40, false, "?", "", "s", "");
        assertThat(seen.passed).isEqualTo(2);
        assertThat(seen.text).doesNotContain("\033");
        assertThat(seen.text.lines().filter(line -> !line.startsWith("[Enter, b")))
                .allMatch(line -> line.length() <= 40);
        assertThat(seen.text)
                .contains("A paragraph that is longer than forty\ncolumns and has `code that goes on` in\nit.\n");
    }

    @Test
    void coloursEndWhereTheyBegan() throws Exception {
        Seen seen = with(40, true, "", "s", "");
        assertThat(seen.text).contains("\033[36mcode that goes on\033[0m in\n").doesNotContain("`");
        for (String line : seen.text.lines().toList()) {
            assertThat(line.split("\033\\[[1-9]", -1)).hasSameSizeAs(line.split("\033\\[0", -1));
        }
    }

    @Test
    void aPageKeepsWordsAndCodeWholeAndFollowsItsTerminal() {
        StringWriter text = new StringWriter();
        int[] columns = {40};
        TerminalPage page = new TerminalPage(new PrintWriter(text), () -> columns[0], true);
        page.console("root@ravel:~# mount -t tmpfs   none /mnt\n0123456789012345678901234567890123456789");
        page.ask("Try to reach yourself, and do it now: `ping -c 1 127.0.0.1` twice.", List.of());
        columns[0] = 30;
        page.text("one two three four five six seven");
        page.step(1, 2, "Now the terminal is narrower");
        assertThat(plain(text.toString())).isEqualTo("""

                | root@ravel:~# mount -t tmpfs   none
                : /mnt
                | 01234567890123456789012345678901234567
                : 89

                Your turn: Try to reach yourself, and do
                it now: ping -c 1 127.0.0.1 twice.

                one two three four five six seven

                Step 1 of 2: Now the terminal
                is narrower
                """);
        assertThat(text.toString())
                .contains("\033[1mit now: \033[0m\033[36mping -c 1 127.0.0.1\033[0m\033[1m twice.\033[0m\n");
    }

    @Test
    void whatIsWrongIsToldInWords() throws Exception {
        String wrong = SMALL.substring(0, SMALL.indexOf("@ask")) + """
                @let five 5
                @check {{five}} = 6 -- It is {{five}}.
                @check {{five}} != 5 -- It is {{five}}.
                @check {{five}} > 7 -- It is {{five}}.
                @check {{five}} < 3 -- It is {{five}}.
                @check {{console number (\\d+)}} = 8 -- It is {{console number (\\d+)}}, not {{five}}.
                @check console ^nothing (\\d+)$ -- So it is.
                """;
        Lesson lesson = Lessons.read(Files.writeString(folder.resolve("wrong.lesson"), wrong));
        List<String> details = new ArrayList<>();
        Page page = new Page() {
            @Override
            public void check(String words, boolean passed, String detail) {
                details.add(passed ? words : Page.failure(words, detail));
            }
        };
        try (LessonRun run = new LessonRun(lesson, LearnCommand::configure)) {
            while (!run.finished()) {
                run.play(page, Learner.SCRIPT);
            }
        }
        assertThat(details)
                .containsExactly(
                        "The kernel runs.",
                        "it is '5', not '6'. Expected: It is 6.",
                        "both are '5'. Expected: It is something other than 5.",
                        "'5' is not above '7'. Expected: It is more than 7.",
                        "'5' is not below '3'. Expected: It is less than 3.",
                        "the console did not show 'number (\\d+)'. Expected: It is 8, not 5.",
                        "the console does not show '^nothing (\\d+)$'. Expected: So it is.");
    }

    private static String plain(String text) {
        return text.replaceAll("\033\\[[0-9]+m", "");
    }

    /** What a step can see of the machine's past: its registers, counts, console, disk. */
    private static final String REMEMBERING = """
            @lesson 97
            @title Memory
            @guest hello
            @memory 64
            @disk 1
            @seconds 1
            @limit 60
            @prompt hello>\\x20
            # One
            @boot
            @pause
            @let start {{instructions}}
            @let where {{pc}}
            @let calls {{traps}}
            @check {{start}} > 0 -- It runs.
            # Two
            @check {{instructions}} = {{start}} -- It has done what it had done.
            @check {{pc}} = {{where}} -- It stands where it stood.
            @check {{traps}} = {{calls}} -- No trap was taken since.
            @step 1000
            @go
            @type echo two
            @on other
            @boot
            @type echo the other
            @off
            # Three
            @let start 0
            @ask Say `three`.
            @solution echo three
            @check console ^three$ -- It said so.
            """;

    @Test
    void backMakesTheMachineWhatItWasWhenTheStepBegan() throws Exception {
        Lesson lesson = Lessons.read(Files.writeString(folder.resolve("memory.lesson"), REMEMBERING));
        List<String> failed = new ArrayList<>();
        List<String> consoles = new ArrayList<>();
        int[] machines = {0};
        Page page = new Page() {
            @Override
            public void check(String words, boolean passed, String detail) {
                if (!passed) {
                    failed.add(words + ": " + detail);
                }
            }

            @Override
            public void console(String text) {
                consoles.add(text);
            }
        };
        Learner learner = new Learner() {
            @Override
            public Answer act(List<String> solution, Keyboard keyboard) throws LessonException, InterruptedException {
                return SCRIPT.act(solution, keyboard);
            }

            @Override
            public boolean again() {
                return false;
            }
        };
        try (LessonRun run = new LessonRun(lesson, (builder, guest) -> {
            machines[0]++;
            LearnCommand.configure(builder, guest);
        })) {
            run.play(page, learner);
            run.play(page, learner);
            assertThat(machines[0]).isEqualTo(2);
            List<String> first = List.copyOf(consoles);
            for (int again = 1; again <= 3; again++) {
                consoles.clear();
                run.back(1);
                assertThat(run.played()).isOne();
                assertThat(run.passedChecks()).isOne();
                run.play(page, learner);
                assertThat(consoles).isEqualTo(first);
                assertThat(machines[0])
                        .as("only the machine that the step makes is new")
                        .isEqualTo(2 + again);
            }
            run.play(page, learner);
            run.back(2);
            run.play(page, learner);
            assertThat(run.finished()).isTrue();
            run.back(0);
            assertThat(run.passedChecks()).isZero();
            run.play(page, learner);
            assertThat(machines[0]).as("there was none before the first step").isEqualTo(6);
            assertThat(failed).isEmpty();
        }
    }

    @Test
    void backPlaysTheStepsBeforeOnANewMachineIfTheOldOneIsOff() throws Exception {
        String off = SMALL.replace("# Two", "# Off\n@off\n# Two\n@on other\n@boot");
        Lesson lesson = Lessons.read(Files.writeString(folder.resolve("off.lesson"), off));
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        try (LessonRun run = new LessonRun(lesson, LearnCommand::configure)) {
            BufferedReader keyboard = new BufferedReader(new StringReader(String.join("\n", "", "b", "", "", "s", "")));
            new LessonDialog(lesson, run, new TerminalPage(out, () -> 80, false), keyboard, out).go();
            assertThat(run.passed()).as(text.toString()).isTrue();
        }
        assertThat(text.toString()).containsSubsequence("Step 2 of 3", "Step 1 of 3", "Step 2 of 3", "Step 3 of 3");
    }

    @Test
    void backShowsTheStepBeforeAgain() throws Exception {
        Seen seen = with(80, false, "", "b", "", "s", "b", "", "s", "");
        assertThat(seen.text)
                .containsSubsequence(
                        "Step 1 of 2",
                        "Step 2 of 2",
                        "Step 1 of 2",
                        "Step 2 of 2",
                        "[passed] It said",
                        "Step 1 of 2",
                        "[passed] It said");
        assertThat(seen.passed).isEqualTo(2);
    }

    @Test
    void aCheckThatWasNotMadeIsNotPassed() throws Exception {
        assertThat(with(80, false, "", "echo word", "q").passed).isOne();
        assertThat(with(80, false, "", "s", "r", "q").passed).isOne();
    }

    @Test
    void theExitStatusSaysWhetherAllChecksPassed() throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        Path lesson = folder.resolve("wrong.lesson");
        Files.writeString(lesson, SMALL.replace("console ^word$ --", "console ^nothing$ --"));
        assertThat(ravel.run("learn", lesson.toString(), "--script")).isEqualTo(1);
        assertThat(ravel.output()).contains("hello> echo word\nword\n").endsWith("**1 of 2 checks passed.**\n");
        assertThat(ravel.run("learn", "12345")).isEqualTo(2);
        assertThat(ravel.errors()).startsWith("ravel: there is no lesson 12345 ");
        Files.writeString(lesson, SMALL + "@dance\n");
        assertThat(ravel.run("learn", lesson.toString())).isEqualTo(1);
        assertThat(ravel.errors()).isEqualTo("ravel: " + lesson + ":16: there is no '@dance'\n");
    }
}
