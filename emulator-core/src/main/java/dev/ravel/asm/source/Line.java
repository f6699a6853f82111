package dev.ravel.asm.source;

import dev.ravel.asm.program.Diagnostic;
import dev.ravel.asm.program.SourceLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One statement of a source: its text without comments, and where each character came from. A statement that a macro or
 * a repetition produced keeps the place of its template, so that a message points at text that the author wrote.
 */
public final class Line {
    private static final int[] IDENTITY = {};

    private final String file;
    private final int number;
    private final int firstColumn;
    private final char[] characters;
    /** The characters as a string, made when first asked for; empty until then. */
    private String text = "";
    /** The column of each character where substitution has moved them, or {@link #IDENTITY}. */
    private final int[] columns;
    /** Which expansion produced the line, as the end of a sentence; empty for a line as written. */
    private final String origin;

    private Line(String file, int number, int firstColumn, char[] characters, int[] columns, String origin) {
        this.file = file;
        this.number = number;
        this.firstColumn = firstColumn;
        this.characters = characters;
        this.columns = columns;
        this.origin = origin;
    }

    public String file() {
        return file;
    }

    int number() {
        return number;
    }

    public String text() {
        if (text.isEmpty()) {
            text = new String(characters);
        }
        return text;
    }

    /** The text as characters, which is quicker to go through; not to be changed. */
    public char[] characters() {
        return characters;
    }

    /** Where the statement begins. */
    public SourceLocation location() {
        int first = 0;
        while (first < characters.length - 1 && Lexer.isBlank(characters[first])) {
            first++;
        }
        return location(first);
    }

    public SourceLocation location(int index) {
        int column;
        if (columns.length == 0) {
            column = firstColumn + index;
        } else {
            column = columns[Math.clamp(index, 0, columns.length - 1)];
        }
        return new SourceLocation(file, number, column);
    }

    public SourceError error(int index, String message) {
        return new SourceError(new Diagnostic(location(index), message + origin));
    }

    /** A complaint about the whole statement. */
    public SourceError error(String message) {
        return new SourceError(new Diagnostic(location(), message + origin));
    }

    /** This line with other text, whose character {@code i} stands for character {@code from[i]} of this one. */
    List<Line> rewritten(String newText, int[] from, String newOrigin) {
        int[] newColumns = new int[newText.length() + 1];
        for (int i = 0; i < newText.length(); i++) {
            newColumns[i] = location(from[i]).column();
        }
        newColumns[newText.length()] = location(characters.length).column();
        var lines = new ArrayList<Line>(1);
        split(new Line(file, number, firstColumn, newText.toCharArray(), newColumns, newOrigin), lines);
        return lines;
    }

    /** Which expansion produced the line, as the end of a sentence; empty for a line as written. */
    public String origin() {
        return origin;
    }

    /** The same text, said to come from an expansion. */
    Line from(String newOrigin) {
        return new Line(file, number, firstColumn, characters, columns, newOrigin);
    }

    /** The statements of a source. */
    public static List<Line> of(String file, String source) {
        char[] text = withoutComments(file, source);
        var lines = new ArrayList<Line>();
        int number = 1;
        int start = 0;
        while (start <= text.length) {
            int end = start;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            int length = end > start && text[end - 1] == '\r' ? end - 1 - start : end - start;
            if (!isBlank(text, start, length)) {
                split(new Line(file, number, 1, Arrays.copyOfRange(text, start, start + length), IDENTITY, ""), lines);
            }
            number++;
            start = end + 1;
        }
        return lines;
    }

    private static boolean isBlank(char[] text, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (text[i] != ' ' && text[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Cuts a line at its {@code ;} separators. */
    private static void split(Line line, List<Line> into) {
        boolean single = true;
        for (char c : line.characters) {
            single &= c != ';';
        }
        if (single) {
            into.add(line);
            return;
        }
        String text = line.text();
        int start = 0;
        int i = 0;
        while (i <= text.length()) {
            if (i == text.length() || text.charAt(i) == ';') {
                int[] columns = line.columns.length == 0 ? IDENTITY : Arrays.copyOfRange(line.columns, start, i + 1);
                into.add(new Line(
                        line.file,
                        line.number,
                        line.firstColumn + start,
                        Arrays.copyOfRange(line.characters, start, i),
                        columns,
                        line.origin));
                start = ++i;
            } else {
                i = skipQuoted(text, i);
            }
        }
    }

    /** The index after the string or character constant at {@code i}, or after the one character there. */
    static int skipQuoted(CharSequence text, int i) {
        char c = text.charAt(i);
        int length = text.length();
        if (c == '"') {
            i++;
            while (i < length && text.charAt(i) != '"' && text.charAt(i) != '\n') {
                i += text.charAt(i) == '\\' ? 2 : 1;
            }
            return Math.min(i + 1, length);
        }
        if (c == '\'' && i + 1 < length) {
            // GNU as takes 'a as well as 'a': the closing quote is optional.
            i += text.charAt(i + 1) == '\\' ? 3 : 2;
            if (i < length && text.charAt(i) == '\'') {
                i++;
            }
            return Math.min(i, length);
        }
        return i + 1;
    }

    /** The text with blanks in place of comments, so that columns stay. */
    private static char[] withoutComments(String file, String source) {
        char[] text = source.toCharArray();
        int i = 0;
        while (i < text.length) {
            char c = text[i];
            boolean slash = c == '/' && i + 1 < text.length;
            if (c == '#' || slash && text[i + 1] == '/') {
                while (i < text.length && text[i] != '\n') {
                    text[i++] = ' ';
                }
            } else if (slash && text[i + 1] == '*') {
                int start = i;
                while (i < text.length && !(i >= start + 3 && text[i] == '/' && source.charAt(i - 1) == '*')) {
                    if (text[i] != '\n') {
                        text[i] = ' ';
                    }
                    i++;
                }
                if (i == text.length) {
                    throw new SourceError(new Diagnostic(locate(file, source, start), "comment is never closed"));
                }
                text[i++] = ' ';
            } else if (c == '"' || c == '\'' && !(i + 1 < text.length && text[i + 1] == '\n')) {
                i = skipQuoted(source, i);
            } else {
                i++;
            }
        }
        return text;
    }

    private static SourceLocation locate(String file, String source, int index) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < index; i++) {
            column++;
            if (source.charAt(i) == '\n') {
                line++;
                column = 1;
            }
        }
        return new SourceLocation(file, line, column);
    }
}
