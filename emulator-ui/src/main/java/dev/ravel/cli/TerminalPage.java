package dev.ravel.cli;

import dev.ravel.learn.Page;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A lesson on a terminal, or as plain text where there are no colours. */
final class TerminalPage implements Page {
    private static final String BOLD = "\033[1m";
    private static final String CODE = "\033[36m";
    private static final String GREEN = "\033[32m";
    private static final String RED = "\033[31m";
    private static final String PLAIN = "\033[0m";
    private static final int WIDEST = 80;
    private static final int NARROWEST = 20;
    private static final String GUEST = "| ";

    private final PrintWriter out;
    private final int width;
    private final boolean colour;

    /** A page of at most so many columns. */
    TerminalPage(PrintWriter out, int columns, boolean colour) {
        this.out = out;
        this.width = Math.clamp(columns, NARROWEST, WIDEST);
        this.colour = colour;
    }

    @Override
    public void step(int number, int of, String title) {
        out.println();
        heading("Step " + number + " of " + of + ": " + title);
    }

    /** A line of its own that begins something. */
    void heading(String text) {
        wrap(text, "").forEach(line -> out.println(colour ? BOLD + line + PLAIN : line));
        if (!colour) {
            out.println("-".repeat(Math.min(text.length(), width)));
        }
        out.flush();
    }

    @Override
    public void text(String paragraph) {
        if (!paragraph.startsWith("- ")) {
            out.println();
        }
        code(wrap(paragraph, paragraph.startsWith("- ") ? "  " : "")).forEach(out::println);
        out.flush();
    }

    @Override
    public void table(List<List<String>> rows) {
        out.println();
        new TextTable(rows, width).lines().forEach(out::println);
        out.flush();
    }

    @Override
    public void starting(String guest) {
        text("(the guest " + guest + " starts ...)");
    }

    @Override
    public void console(String text) {
        out.println();
        for (String line : text.split("\n", -1)) {
            int at = 0;
            int room = width - GUEST.length();
            do {
                String piece = line.substring(at, Math.min(line.length(), at + room));
                out.println(colour ? CODE + GUEST + PLAIN + piece : GUEST + piece);
                at += room;
            } while (at < line.length());
        }
        out.flush();
    }

    @Override
    public void ask(String text, List<String> solution) {
        out.println();
        code(wrap("Your turn: " + text, "")).forEach(line -> out.println(colour ? BOLD + line + PLAIN : line));
        out.flush();
    }

    @Override
    public void check(String words, boolean passed, String detail) {
        out.println();
        String mark = passed ? "[passed] " : "[failed] ";
        String rest = passed ? words : words.isEmpty() ? detail : words + " (" + detail + ")";
        List<String> lines = wrap(mark + rest, "  ");
        String first = lines.getFirst();
        if (colour) {
            first = (passed ? GREEN : RED) + mark.strip() + PLAIN + first.substring(mark.length() - 1);
        }
        List<String> all = new ArrayList<>(lines);
        all.set(0, first);
        code(all).forEach(out::println);
        out.flush();
    }

    /** Lines no wider than the page; all but the first begin with {@code indent}. A longer word has a line of its own. */
    private List<String> wrap(String text, String indent) {
        return wrap(text, indent, width);
    }

    /** See {@link #wrap(String, String)}. */
    static List<String> wrap(String text, String indent, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /** Shows what stands between backquotes in colour, if there are colours. It may go on in the next line. */
    private List<String> code(List<String> lines) {
        if (!colour) {
            return lines;
        }
        List<String> coloured = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            StringBuilder text = new StringBuilder(inside ? CODE : "");
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) == '`') {
                    inside = !inside;
                    text.append(inside ? CODE : PLAIN);
                } else {
                    text.append(line.charAt(i));
                }
            }
            coloured.add(text.append(inside ? PLAIN : "").toString());
        }
        return coloured;
    }
}
