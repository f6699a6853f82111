package dev.ravel.learn;

import java.io.PrintWriter;
import java.util.Collections;
import java.util.List;

/** A lesson as Markdown. */
public final class MarkdownPage implements Page {
    private final PrintWriter out;

    /** Writes to {@code out}, beginning with the lesson's title. */
    public MarkdownPage(Lesson lesson, PrintWriter out) {
        this.out = out;
        out.println("# " + lesson.number() + ". " + lesson.title());
    }

    @Override
    public void step(int number, int of, String title) {
        out.println();
        out.println("## " + number + ". " + title);
    }

    @Override
    public void text(String paragraph) {
        out.println();
        out.println(paragraph);
    }

    @Override
    public void table(List<List<String>> rows) {
        out.println();
        row(rows.getFirst());
        row(Collections.nCopies(rows.getFirst().size(), "---"));
        rows.subList(1, rows.size()).forEach(this::row);
    }

    private void row(List<String> cells) {
        out.println("| " + String.join(" | ", cells) + " |");
    }

    @Override
    public void console(String text) {
        out.println();
        out.println("```");
        out.println(text);
        out.println("```");
    }

    @Override
    public void ask(String text, List<String> solution) {
        out.println();
        out.println("**Your turn:** " + text);
    }

    @Override
    public void check(String words, boolean passed, String detail) {
        out.println();
        out.println(passed ? "**Passed:** " + words : "**Failed:** " + Page.failure(words, detail));
    }
}
