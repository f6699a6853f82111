package dev.ravel.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jline.utils.Signals;

/** Reads what somebody asks for who steps through a machine's run, line by line, and prints where that leads. */
final class StepPrompt {
    private static final String PROMPT = "(ravel) ";

    private final StepSession session;
    private final InspectRun run;
    private final PrintWriter out;
    private final PrintWriter err;

    /** A person at a keyboard sees the line already, and may want it again; of a script's each line is shown. */
    private final boolean person;

    /** What an empty line does again. */
    private Optional<String> last = Optional.empty();

    private boolean allCarriedOut = true;

    StepPrompt(StepSession session, InspectRun run, PrintWriter out, PrintWriter err, boolean person) {
        this.session = session;
        this.run = run;
        this.out = out;
        this.err = err;
        this.person = person;
    }

    /**
     * Reads to the end, or {@code quit}.
     *
     * @return whether every line was carried out
     */
    boolean go(BufferedReader in) throws IOException {
        print(session.here());
        if (person) {
            out.println("help lists what there is to do.");
        }
        for (Optional<String> line = read(in); line.isPresent(); line = read(in)) {
            String wanted = line.get().strip();
            if (wanted.isEmpty() && person) {
                wanted = last.orElse("");
            }
            if (!wanted.isEmpty() && !wanted.startsWith("#") && !obey(wanted)) {
                break;
            }
        }
        return allCarriedOut;
    }

    private Optional<String> read(BufferedReader in) throws IOException {
        run.flush();
        out.print(PROMPT);
        out.flush();
        Optional<String> line = Optional.ofNullable(in.readLine());
        if (!person || line.isEmpty()) {
            out.println(line.orElse(""));
        }
        out.flush();
        return line;
    }

    /** Does it; false after {@code quit}. */
    private boolean obey(String line) {
        switch (line) {
            case "quit", "q" -> {
                return false;
            }
            case "help", "h", "?" -> {
                StepLine.HELP.forEach(out::println);
                out.println("quit                short q");
            }
            default -> {
                StepLine wanted;
                try {
                    wanted = StepLine.parse(line);
                } catch (CliException e) {
                    complain(e.getMessage() + " (help lists what there is to do)");
                    return true;
                }
                last = Optional.of(line);
                try {
                    print(execute(wanted));
                } catch (CliException e) {
                    complain(String.valueOf(e.getMessage()));
                }
            }
        }
        return true;
    }

    private StepSession.Answer execute(StepLine line) {
        if (!person) {
            return session.execute(line);
        }
        Object before = Signals.register("INT", session::giveUp);
        try {
            return session.execute(line);
        } finally {
            Signals.unregister("INT", before);
        }
    }

    private void print(StepSession.Answer answer) {
        run.flush();
        answer.text().forEach(out::println);
        out.flush();
        answer.complaint().ifPresent(this::complain);
    }

    private void complain(String message) {
        allCarriedOut = false;
        out.flush();
        err.println("ravel: " + message);
    }
}
