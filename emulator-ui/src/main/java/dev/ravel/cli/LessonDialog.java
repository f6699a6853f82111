package dev.ravel.cli;

import dev.ravel.learn.Learner;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.LessonException;
import dev.ravel.learn.LessonRun;
import dev.ravel.learn.Walkthrough;
import dev.ravel.learn.Walkthrough.Wish;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A lesson with a person at the keyboard. */
final class LessonDialog implements Walkthrough.Person {
    private static final String HELP = """
            Enter  go on; at your turn: check
            s      at your turn: the solution,
                   typed for you
            b      back one step: the machine
                   too is what it was then
            r      restart the lesson
            q      quit
            At your turn every other line is
            typed into the guest; begin a line
            with a space if it is one of these.
            | begins a line of the guest's
            console, : goes on with a long one.""";

    private final Lesson lesson;
    private final LessonRun run;
    private final TerminalPage page;
    private final BufferedReader keyboard;
    private final PrintWriter out;

    private enum Command {
        NEXT,
        SOLUTION,
        BACK,
        RESTART,
        QUIT,
        HELP,
        OTHER
    }

    LessonDialog(Lesson lesson, LessonRun run, TerminalPage page, BufferedReader keyboard, PrintWriter out) {
        this.lesson = lesson;
        this.run = run;
        this.page = page;
        this.keyboard = keyboard;
        this.out = out;
    }

    /** Goes through the lesson until its end, or until the learner quits. */
    void go() throws LessonException, InterruptedException {
        page.heading("Lesson " + lesson.number() + ": " + lesson.title());
        page.text("Enter goes on, `?` shows all commands, `q` quits.");
        new Walkthrough(run, page, this).go();
    }

    @Override
    public Wish afterStep() {
        while (true) {
            String what = run.finished() ? "[Enter ends, b, r, ?] " : "[Enter, b, r, q, ?] ";
            switch (parse(read(what))) {
                case NEXT -> {
                    return Wish.NEXT;
                }
                case BACK -> {
                    return Wish.BACK;
                }
                case RESTART -> {
                    return Wish.RESTART;
                }
                case QUIT -> {
                    return Wish.QUIT;
                }
                case HELP -> out.println(HELP);
                case SOLUTION -> out.println("Nothing is to be solved here.");
                case OTHER -> out.println("Enter goes on, ? shows all commands.");
            }
            out.flush();
        }
    }

    private String read(String prompt) {
        out.println();
        out.print(prompt);
        out.flush();
        try {
            String line = keyboard.readLine();
            page.measure();
            return line == null ? "q" : line;
        } catch (IOException e) {
            // The terminal has gone, and with it the learner.
            return "q";
        }
    }

    private static Command parse(String line) {
        return switch (line.toLowerCase(Locale.ROOT)) {
            case "", "n", "next" -> Command.NEXT;
            case "s", "solution" -> Command.SOLUTION;
            case "b", "back" -> Command.BACK;
            case "r", "restart" -> Command.RESTART;
            case "q", "quit" -> Command.QUIT;
            case "?", "h" -> Command.HELP;
            default -> Command.OTHER;
        };
    }

    @Override
    public Wish atQuestion(List<String> solution, Learner.Keyboard guest) throws LessonException, InterruptedException {
        if (page.failed()) {
            page.text("Not yet: type what is missing, or `s` for the solution.");
        }
        while (true) {
            String line = read("[type, Enter checks, s, b, r, q, ?] ");
            switch (parse(line)) {
                case NEXT -> {
                    return Wish.NEXT;
                }
                case SOLUTION -> {
                    for (String one : solution) {
                        guest.type(one);
                    }
                    return Wish.NEXT;
                }
                case BACK -> {
                    return Wish.BACK;
                }
                case RESTART -> {
                    return Wish.RESTART;
                }
                case QUIT -> {
                    return Wish.QUIT;
                }
                case HELP -> out.println(HELP);
                case OTHER -> guest.type(line.startsWith(" ") ? line.substring(1) : line);
            }
        }
    }

    @Override
    public Wish failed(LessonException why) throws LessonException {
        throw why;
    }
}
