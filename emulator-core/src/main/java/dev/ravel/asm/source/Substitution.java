package dev.ravel.asm.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Replaces {@code \name} in a template by the text of an argument, {@code \()} by nothing and {@code \@} by a number
 * that is different for each expansion of a macro. Anything else after a backslash stays.
 */
public final class Substitution {
    private final Map<String, String> arguments;
    private final String count;
    private final String origin;

    /**
     * @param arguments the arguments by name
     * @param count what {@code \@} stands for; empty if it stands for itself
     * @param origin what messages about the result end with
     */
    public Substitution(Map<String, String> arguments, String count, String origin) {
        this.arguments = arguments;
        this.count = count;
        this.origin = origin;
    }

    public List<Line> apply(List<Line> template) {
        var result = new ArrayList<Line>(template.size());
        for (Line line : template) {
            apply(line, result);
        }
        return result;
    }

    private void apply(Line line, List<Line> into) {
        String text = line.text();
        int backslash = text.indexOf('\\');
        if (backslash < 0) {
            into.add(line.from(origin));
            return;
        }
        var result = new StringBuilder(text.length() + 16);
        var from = new Columns(text.length() + 16);
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                result.append(c);
                from.add(i, 1);
                i++;
                continue;
            }
            char d = text.charAt(i + 1);
            if (d == '(' && i + 2 < text.length() && text.charAt(i + 2) == ')') {
                i += 3;
            } else if (d == '@' && !count.isEmpty()) {
                result.append(count);
                from.add(i, count.length());
                i += 2;
            } else {
                int end = argumentEnd(text, i + 1);
                String replacement = end < 0
                        ? text.substring(i, i + 2)
                        : Objects.requireNonNull(arguments.get(text.substring(i + 1, end)));
                result.append(replacement);
                from.add(i, replacement.length());
                i = end < 0 ? i + 2 : end;
            }
        }
        into.addAll(line.rewritten(result.toString(), from.columns, origin));
    }

    /** The end of the longest argument name that starts at {@code start} and does not end within a word, or -1. */
    private int argumentEnd(String text, int start) {
        int end = start;
        while (end < text.length() && Lexer.isNamePart(text.charAt(end))) {
            end++;
        }
        while (end > start) {
            if (arguments.containsKey(text.substring(start, end))) {
                return end;
            }
            // \op.w is the argument `op`, then `.w`, unless there is an argument `op.w`.
            do {
                end--;
            } while (end > start && text.charAt(end) != '.' && text.charAt(end) != '$');
        }
        return -1;
    }

    /** For each character of the result the index in the template. */
    private static final class Columns {
        private int[] columns;
        private int length;

        Columns(int capacity) {
            columns = new int[capacity];
        }

        void add(int index, int times) {
            if (length + times > columns.length) {
                columns = Arrays.copyOf(columns, Math.max(2 * columns.length, length + times));
            }
            Arrays.fill(columns, length, length + times, index);
            length += times;
        }
    }
}
