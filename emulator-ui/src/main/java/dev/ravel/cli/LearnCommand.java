package dev.ravel.cli;

import dev.ravel.guest.GuestException;
import dev.ravel.learn.Learner;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.LessonException;
import dev.ravel.learn.LessonRun;
import dev.ravel.learn.Lessons;
import dev.ravel.learn.MarkdownPage;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ravel learn}: lessons on a live machine. */
@Command(
        name = "learn",
        mixinStandardHelpOptions = true,
        description = "Lessons on a live machine: lists them, or runs one.",
        footer = {
            "",
            "In a lesson: Enter goes on, s solves what is asked, b goes back, r restarts, q quits, ? helps.",
            "b makes the machine what it was when the step before began, and shows that step again.",
            "The window of `ravel run` has the same lessons, at Ctrl-Shift-E.",
            "",
            "Exit status: 0 if every check of the lesson was made and passed, otherwise 1; 2 on wrong usage."
        })
final class LearnCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "N|FILE",
            description = "The lesson's number, or a file with a lesson; without it the lessons are listed.")
    private Optional<String> lesson = Optional.empty();

    @Option(
            names = "--script",
            description = "Play the lesson to its end with its solutions, and print it as Markdown.")
    private boolean script;

    @Override
    public Integer call() throws LessonException {
        PrintWriter out = spec.commandLine().getOut();
        if (lesson.isEmpty()) {
            if (script) {
                throw usage("--script wants the number of a lesson");
            }
            list(out);
            return 0;
        }
        Lesson chosen = choose(lesson.get());
        try (LessonRun run = new LessonRun(chosen, LearnCommand::configure)) {
            try {
                if (script) {
                    play(chosen, run, out);
                } else {
                    BufferedReader keyboard =
                            new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
                    try (LessonLog _ = LessonLog.open(spec.commandLine().getErr(), HostTerminal::columns)) {
                        new LessonDialog(chosen, run, page(out), keyboard, out).go();
                    }
                }
            } catch (LessonException e) {
                out.flush();
                throw new LessonException(
                        "lesson " + chosen.number() + ", step " + (run.played() + 1) + ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Main.EXIT_ERROR;
            }
            out.println();
            String sum = run.passedChecks() + " of " + chosen.checks() + " checks passed.";
            out.println(script ? "**" + sum + "**" : sum);
            out.flush();
            return run.passed() ? 0 : Main.EXIT_ERROR;
        }
    }

    private static void play(Lesson lesson, LessonRun run, PrintWriter out)
            throws LessonException, InterruptedException {
        MarkdownPage page = new MarkdownPage(lesson, out);
        while (!run.finished()) {
            run.play(page, Learner.SCRIPT);
            out.flush();
        }
    }

    private static void list(PrintWriter out) {
        for (Lesson one : Lessons.all()) {
            out.printf("%2d  %s%n", one.number(), one.title());
            out.printf("    about %d s, %d MiB, guest %s%n", one.seconds(), one.memory() >> 20, one.guest());
        }
        out.flush();
    }

    private Lesson choose(String wanted) throws LessonException {
        if (!wanted.matches("[0-9]{1,9}")) {
            return Lessons.read(Path.of(wanted));
        }
        int number = Integer.parseInt(wanted);
        return Lessons.all().stream()
                .filter(one -> one.number() == number)
                .findFirst()
                .orElseThrow(() -> usage("there is no lesson " + number));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static TerminalPage page(PrintWriter out) {
        String noColour = System.getenv().getOrDefault("NO_COLOR", "");
        boolean dumb = System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
        boolean colour = HostTerminal.isTerminal(1) && noColour.isEmpty() && !dumb;
        return new TerminalPage(out, HostTerminal::columns, colour);
    }

    /** Has a machine start a lesson's guest, fetched if it is not there. */
    static void configure(MachineBuilder builder, String guest) throws LessonException {
        try {
            GuestBoot.configure(
                    builder,
                    new GuestBoot.BootRequest(
                            Optional.of(guest),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Bios.parse("builtin"),
                            false,
                            false,
                            Optional.empty()));
        } catch (GuestException e) {
            throw new LessonException(e.getMessage());
        }
    }
}
