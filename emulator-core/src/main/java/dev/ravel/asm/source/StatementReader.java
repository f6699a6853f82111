package dev.ravel.asm.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Delivers the statements of a source one after the other: those of the source itself, of included files and of
 * expansions, without those that a conditional excludes.
 */
public final class StatementReader {
    /** Deeper nesting is a macro or file that includes itself for ever. */
    private static final int MAX_DEPTH = 200;
    /** More statements are an expansion that doubles again and again. */
    private static final int MAX_STATEMENTS = 2_000_000;

    private static final class Frame {
        final List<Line> lines;
        final boolean macro;
        final int conditions;
        int times;
        int next;

        Frame(List<Line> lines, int times, boolean macro, int conditions) {
            this.lines = lines;
            this.times = times;
            this.macro = macro;
            this.conditions = conditions;
        }

        boolean hasNext() {
            if (next == lines.size() && times > 1) {
                times--;
                next = 0;
            }
            return times > 0 && next < lines.size();
        }
    }

    private static final class Condition {
        final Line opener;
        /** Whether the statements around the conditional count. */
        final boolean outer;

        boolean active;
        boolean satisfied;
        boolean last;

        Condition(Line opener, boolean outer, boolean active) {
            this.opener = opener;
            this.outer = outer;
            this.active = active;
            this.satisfied = active;
        }
    }

    private final Deque<Frame> frames = new ArrayDeque<>();
    private final Deque<Condition> conditions = new ArrayDeque<>();
    private int statements;

    /** Delivers these lines next, so many times. */
    public void push(List<Line> lines, int times, Line cause) {
        push(new Frame(lines, times, false, conditions.size()), cause);
    }

    /** Delivers the lines of a macro next. */
    public void pushMacro(List<Line> lines, Line call) {
        push(new Frame(lines, 1, true, conditions.size()), call);
    }

    private void push(Frame frame, Line cause) {
        if (frames.size() >= MAX_DEPTH) {
            // Going on after this could take for ever: each level may expand more than once.
            stop();
            throw cause.error("macros or files are nested too deeply");
        }
        frames.push(frame);
    }

    public boolean hasNext() {
        while (!frames.isEmpty() && !frames.peek().hasNext()) {
            frames.pop();
        }
        return !frames.isEmpty();
    }

    public Line next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Frame frame = frames.peek();
        Line line = frame.lines.get(frame.next++);
        if (++statements > MAX_STATEMENTS) {
            stop();
            throw line.error("macros and repetitions give too many statements");
        }
        return line;
    }

    /** The lines up to the end of a block, which goes away too. */
    public List<Line> block(Line opener, Set<String> begins, Set<String> ends) {
        var lines = new ArrayList<Line>();
        int depth = 1;
        // A block never goes on beyond the file or expansion that it began in.
        Frame frame = frames.peek();
        while (frame != null && frame.next < frame.lines.size()) {
            Line line = frame.lines.get(frame.next++);
            String word = firstWord(line.text());
            if (ends.contains(word) && --depth == 0) {
                return lines;
            } else if (begins.contains(word)) {
                depth++;
            }
            lines.add(line);
        }
        throw opener.error("no `" + ends.stream().min(String::compareTo).orElseThrow() + "` for this");
    }

    /** The first word of a statement after its labels, in lower case. */
    public static String firstWord(String text) {
        int i = 0;
        while (true) {
            while (i < text.length() && Lexer.isBlank(text.charAt(i))) {
                i++;
            }
            int start = i;
            while (i < text.length() && Lexer.isNamePart(text.charAt(i))) {
                i++;
            }
            if (i < text.length() && i > start && text.charAt(i) == ':') {
                i++;
                continue;
            }
            return lowerCase(text.substring(start, i));
        }
    }

    public static String lowerCase(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) >= 'A' && word.charAt(i) <= 'Z') {
                return word.toLowerCase(Locale.ROOT);
            }
        }
        return word;
    }

    /** Whether the statement at hand is excluded. */
    public boolean isSkipping() {
        return !conditions.isEmpty() && !conditions.peek().active;
    }

    public void openCondition(Line opener, boolean active) {
        conditions.push(new Condition(opener, !isSkipping(), active && !isSkipping()));
    }

    /** Whether the expression of an {@code .elseif} counts. */
    public boolean isOpenAlternative(Line line) {
        Condition condition = current(line, ".elseif");
        return condition.outer && !condition.satisfied;
    }

    public void alternative(Line line, boolean active) {
        Condition condition = current(line, ".elseif");
        condition.active = condition.outer && !condition.satisfied && active;
        condition.satisfied |= condition.active;
    }

    public void otherwise(Line line) {
        Condition condition = current(line, ".else");
        condition.active = condition.outer && !condition.satisfied;
        condition.satisfied = true;
        condition.last = true;
    }

    public void closeCondition(Line line) {
        if (conditions.isEmpty()) {
            throw line.error("`.endif` without `.if`");
        }
        conditions.pop();
    }

    private Condition current(Line line, String directive) {
        Condition condition = conditions.peek();
        if (condition == null) {
            throw line.error("`" + directive + "` without `.if`");
        }
        if (condition.last) {
            throw line.error("`" + directive + "` after `.else`");
        }
        return condition;
    }

    /** Leaves the macro at hand, and the conditionals that were opened in it. */
    public void exitMacro(Line line) {
        if (frames.stream().noneMatch(frame -> frame.macro)) {
            throw line.error("`.exitm` outside a macro");
        }
        Frame frame;
        do {
            frame = frames.pop();
        } while (!frame.macro);
        while (conditions.size() > frame.conditions) {
            conditions.pop();
        }
    }

    /** Drops all that is left ({@code .end}). */
    public void stop() {
        frames.clear();
        conditions.clear();
    }

    public void checkClosed(Complaints complaints) {
        for (Condition condition : conditions) {
            complaints.add(condition.opener.error("no `.endif` for this").diagnostic());
        }
    }
}
