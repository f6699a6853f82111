package dev.ravel.cli;

import dev.ravel.learn.Learner;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.LessonException;
import dev.ravel.learn.LessonRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A lesson with a person at the keyboard. */
final class LessonDialog implements Learner {
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
            with a space if it is one of these.""";

    private final Lesson lesson;
    private final LessonRun run;
    private final TerminalPage page;
    private final BufferedReader keyboard;
    private final PrintWriter out;
    private Command left = Command.NEXT;

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
        Command command = Command.NEXT;
        while (command != Command.QUIT) {
            switch (command) {
                case NEXT -> {
                    if (run.finished()) {
                        return;
                    }
                }
                case BACK -> run.back(Math.max(0, run.played() - 2));
                case RESTART -> run.restart();
                default -> throw new IllegalStateException(command.toString());
            }
            command = run.play(page, this) ? afterStep() : leaving();
        }
    }

    /** A step was left at its question: going back from there is going to the one before. */
    private Command leaving() throws LessonException, InterruptedException {
        if (left != Command.BACK) {
            return left;
        }
        run.back(Math.max(0, run.played() - 1));
        return Command.NEXT;
    }

    private Command afterStep() {
        while (true) {
            String what = run.finished() ? "[Enter ends, b, r, ?] " : "[Enter, b, r, q, ?] ";
            Command command = parse(read(what));
            switch (command) {
                case HELP -> out.println(HELP);
                case SOLUTION -> out.println("Nothing is to be solved here.");
                case OTHER -> out.println("Enter goes on, ? shows all commands.");
                default -> {
                    return command;
                }
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
    public Answer act(List<String> solution, Keyboard guest) throws LessonException, InterruptedException {
        while (true) {
            String line = read("[type, Enter checks, s, b, r, q, ?] ");
            Command command = parse(line);
            switch (command) {
                case NEXT -> {
                    return Answer.CHECK;
                }
                case SOLUTION -> {
                    for (String one : solution) {
                        guest.type(one);
                    }
                    return Answer.CHECK;
                }
                case HELP -> out.println(HELP);
                case OTHER -> guest.type(line.startsWith(" ") ? line.substring(1) : line);
                case BACK, RESTART, QUIT -> {
                    left = command;
                    return Answer.LEAVE;
                }
            }
        }
    }

    @Override
    public boolean again() {
        return true;
    }
}
