package dev.ravel.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a command found out of a machine that stands still, to be printed as text or as JSON. */
abstract class Report {
    /** The lines. */
    final List<String> text = new ArrayList<>();

    /** What could not be found out, a line each. */
    final List<String> complaints = new ArrayList<>();

    /** What the one JSON object is made of. */
    abstract Object json();

    /** Prints it; an exit status: complaints go to standard error. */
    final int print(CommandLine command, boolean asJson) {
        PrintWriter out = command.getOut();
        if (asJson) {
            out.println(JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(json()));
        } else {
            text.forEach(out::println);
        }
        out.flush();
        complaints.forEach(line -> command.getErr().println("ravel: " + line));
        return complaints.isEmpty() ? 0 : Main.EXIT_ERROR;
    }
}
