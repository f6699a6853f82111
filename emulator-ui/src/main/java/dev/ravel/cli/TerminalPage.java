package dev.ravel.cli;

import dev.ravel.learn.Page;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** A lesson on a terminal, or as plain text where there are no colours. */
final class TerminalPage implements Page {
    private static final String BOLD = "\033[1m";
    private static final String CODE = "\033[36m";
    private static final String GREEN = "\033[32m";
    private static final String RED = "\033[31m";
    private static final String PLAIN = "\033[0m";
    private static final int WIDEST = 80;
    private static final int NARROWEST = 20;

    /** Before a line of the guest's console, and before what of it did not fit. */
    private static final String GUEST = "| ";

    private static final String GUEST_GOES_ON = ": ";

    private final PrintWriter out;
    private final IntSupplier columns;
    private final boolean colour;
    private int width;
    private boolean failed;

    /**
     * A page as wide as its terminal.
     *
     * @param columns of the terminal; asked again and again, for its user may change them
     */
    TerminalPage(PrintWriter out, IntSupplier columns, boolean colour) {
        this.out = out;
        this.columns = columns;
        this.colour = colour;
        measure();
    }

    /** What follows is made for the terminal as it is now. */
    void measure() {
        width = width(columns);
    }

    /** How wide a page is on a terminal of so many columns. */
    static int width(IntSupplier columns) {
        return Math.clamp(columns.getAsInt(), NARROWEST, WIDEST);
    }

    /** Whether a check has failed since something was asked for. */
    boolean failed() {
        return failed;
    }

    @Override
    public void step(int number, int of, String title) {
        measure();
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
        code(wrap(paragraph, paragraph.startsWith("- ") ? "  " : ""), "").forEach(out::println);
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
            String gutter = GUEST;
            for (String piece : pieces(line, width - GUEST.length())) {
                out.println(colour ? CODE + gutter + PLAIN + piece : gutter + piece);
                gutter = GUEST_GOES_ON;
            }
        }
        out.flush();
    }

    /** What the guest printed in a line, in pieces that have room: it ends at a space if there is one not too far back. */
    private static List<String> pieces(String line, int room) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (line.length() - at > room) {
            int space = line.lastIndexOf(' ', at + room);
            boolean words = space > at + room / 2;
            pieces.add(line.substring(at, words ? space : at + room).stripTrailing());
            at = words ? space : at + room;
            while (words && line.charAt(at) == ' ' && at < line.length() - 1) {
                at++;
            }
        }
        pieces.add(line.substring(at));
        return pieces;
    }

    @Override
    public void ask(String text, List<String> solution) {
        failed = false;
        out.println();
        code(wrap("Your turn: " + text, ""), BOLD).forEach(out::println);
        out.flush();
    }

    @Override
    public void check(String words, boolean passed, String detail) {
        failed |= !passed;
        out.println();
        String mark = passed ? "[passed] " : "[failed] ";
        String rest = passed ? words : Page.failure(words, detail);
        List<String> lines = wrap(mark + rest, "  ");
        String first = lines.getFirst();
        if (colour) {
            first = (passed ? GREEN : RED) + mark.strip() + PLAIN + first.substring(mark.length() - 1);
        }
        List<String> all = new ArrayList<>(lines);
        all.set(0, first);
        code(all, "").forEach(out::println);
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
        for (String word : words(text, width - indent.length())) {
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

    /** Words, and code between backquotes as one if it fits into a line: a line to type is not to be torn. */
    private static List<String> words(String text, int most) {
        List<String> words = new ArrayList<>();
        List<String> code = new ArrayList<>();
        for (String word : text.split(" ")) {
            boolean turns = word.chars().filter(c -> c == '`').count() % 2 == 1;
            if (code.isEmpty() && !turns) {
                words.add(word);
                continue;
            }
            boolean ends = turns && !code.isEmpty();
            code.add(word);
            if (ends) {
                String whole = String.join(" ", code);
                words.addAll(whole.length() <= most ? List.of(whole) : code);
                code.clear();
            }
        }
        words.addAll(code);
        return words;
    }

    /**
     * Shows what stands between backquotes in colour, if there are colours. It may go on in the next line.
     *
     * @param around what the rest is shown in; empty for nothing
     */
    private List<String> code(List<String> lines, String around) {
        if (!colour) {
            return lines;
        }
        String end = around.isEmpty() ? "" : PLAIN;
        List<String> coloured = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            StringBuilder text = new StringBuilder(inside ? CODE : around);
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) == '`') {
                    inside = !inside;
                    text.append(inside ? end + CODE : PLAIN + around);
                } else {
                    text.append(line.charAt(i));
                }
            }
            coloured.add(text.append(inside ? PLAIN : end).toString());
        }
        return coloured;
    }
}
