package dev.ravel.asm.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts one statement into tokens. The lexer stands on a current token; {@link #advance} goes to the next. */
public final class Lexer {

    public enum Kind {
        /** A symbol, register, mnemonic or directive. */
        NAME,
        /** An integer or character constant. */
        NUMBER,
        /** A number with a fraction or an exponent. */
        REAL,
        /** A reference to a numeric local label: {@code 1f}, {@code 1b}. */
        LOCAL,
        /** A quoted string. */
        STRING,
        /** An operator or separator. */
        PUNCTUATION,
        /** The end of the statement. */
        END
    }

    /** Each character of punctuation as a string, empty for others. */
    private static final String[] SINGLE = new String[128];

    static {
        Arrays.fill(SINGLE, "");
        for (char c : "+-*/%(),=<>&|^!~@:[]{}".toCharArray()) {
            SINGLE[c] = String.valueOf(c);
        }
    }

    private final Line line;
    private final char[] input;
    private final int length;
    private int next;

    private Kind kind = Kind.END;
    private int start;
    private String text = "";
    private long value;

    public Lexer(Line line) {
        this(line, 0);
    }

    /** A lexer that stands on the first token at or after {@code index}. */
    Lexer(Line line, int index) {
        this.line = line;
        this.input = line.characters();
        this.length = input.length;
        this.next = index;
        advance();
    }

    public Line line() {
        return line;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * The current token as written, for a string its contents with the escapes resolved (a byte for each character).
     */
    public String text() {
        return text;
    }

    /** The value of a {@link Kind#NUMBER}, or the number of a {@link Kind#LOCAL} label. */
    public long value() {
        return value;
    }

    /** The index of the current token in the statement. */
    public int start() {
        return start;
    }

    /** The index after the current token. */
    public int end() {
        return next;
    }

    public boolean atEnd() {
        return kind == Kind.END;
    }

    public boolean at(char punctuation) {
        return kind == Kind.PUNCTUATION && text.length() == 1 && text.charAt(0) == punctuation;
    }

    public boolean at(String punctuation) {
        return kind == Kind.PUNCTUATION && text.equals(punctuation);
    }

    public boolean atName() {
        return kind == Kind.NAME;
    }

    /** Goes past the punctuation if it is here. */
    public boolean take(char punctuation) {
        if (at(punctuation)) {
            advance();
            return true;
        }
        return false;
    }

    public void expect(char punctuation, String what) {
        if (!take(punctuation)) {
            throw error("expected " + what + ", found " + describe());
        }
    }

    /** The name here, and goes past it. */
    public String name(String what) {
        if (kind != Kind.NAME) {
            throw error("expected " + what + ", found " + describe());
        }
        String name = text;
        advance();
        return name;
    }

    public void expectEnd() {
        if (kind != Kind.END) {
            throw error("expected the end of the statement, found " + describe());
        }
    }

    /** Goes back to a token that began at {@code index}. */
    public void reset(int index) {
        next = index;
        advance();
    }

    /** Whether the character right after the current token is {@code c}, with nothing between. */
    public boolean touches(char c) {
        return next < length && input[next] == c;
    }

    public SourceError error(String message) {
        return line.error(start, message);
    }

    public SourceError error(int index, String message) {
        return line.error(index, message);
    }

    /** The current token in words. */
    public String describe() {
        return switch (kind) {
            case END -> "the end of the statement";
            case STRING -> "a string";
            default -> "`" + text + "`";
        };
    }

    private String slice(int from, int to) {
        return new String(input, from, to - from);
    }

    public void advance() {
        while (next < length && isBlank(input[next])) {
            next++;
        }
        start = next;
        if (next == length) {
            kind = Kind.END;
            text = "";
            return;
        }
        char c = input[next];
        if (isNameStart(c)) {
            while (next < length && isNamePart(input[next])) {
                next++;
            }
            kind = Kind.NAME;
            text = slice(start, next);
        } else if (c >= '0' && c <= '9') {
            number();
        } else if (c == '"') {
            string();
        } else if (c == '\'') {
            character();
        } else {
            punctuation(c);
        }
    }

    public static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\f';
    }

    public static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c == '$';
    }

    public static boolean isNamePart(char c) {
        return isNameStart(c) || c >= '0' && c <= '9';
    }

    private void punctuation(char c) {
        if (c >= SINGLE.length || SINGLE[c].isEmpty()) {
            next++;
            throw error(c == '\\' ? stray() : "unexpected character `" + printable(c) + "`");
        }
        next++;
        if (next < length) {
            char d = input[next];
            boolean pair = switch (c) {
                case '<' -> d == '<' || d == '=' || d == '>';
                case '>' -> d == '>' || d == '=';
                case '=', '!' -> d == '=';
                case '&', '|' -> d == c;
                default -> false;
            };
            if (pair) {
                next++;
            }
        }
        kind = Kind.PUNCTUATION;
        text = next - start == 1 ? SINGLE[c] : slice(start, next);
    }

    private String stray() {
        int end = start + 1;
        while (end < length && isNamePart(input[end])) {
            end++;
        }
        return "`" + slice(start, end) + "` is not an argument of a macro or repetition here";
    }

    private static String printable(char c) {
        return c > ' ' && c < 0x7f ? String.valueOf(c) : "U+%04X".formatted((int) c);
    }

    private void number() {
        while (next < length && (isNamePart(input[next]) || isExponentSign())) {
            next++;
        }
        text = slice(start, next);
        if (isReal()) {
            kind = Kind.REAL;
            return;
        }
        char last = text.charAt(text.length() - 1);
        if ((last == 'f' || last == 'b') && !text.startsWith("0x") && !text.startsWith("0X") && isDecimal(text)) {
            kind = Kind.LOCAL;
            value = digits(0, text.length() - 1, 10);
            return;
        }
        kind = Kind.NUMBER;
        if (text.length() > 1 && text.charAt(0) == '0') {
            char base = Character.toLowerCase(text.charAt(1));
            value = switch (base) {
                case 'x' -> digits(2, text.length(), 16);
                case 'b' -> digits(2, text.length(), 2);
                default -> digits(1, text.length(), 8);
            };
        } else {
            value = digits(0, text.length(), 10);
        }
    }

    private boolean isHexadecimal() {
        return next - start > 1 && input[start] == '0' && (input[start + 1] == 'x' || input[start + 1] == 'X');
    }

    /** Whether the next character is the sign in {@code 1e-3} or {@code 0x1p-3}. */
    private boolean isExponentSign() {
        char c = input[next];
        char before = Character.toLowerCase(input[next - 1]);
        return (c == '-' || c == '+') && next - 1 > start && before == (isHexadecimal() ? 'p' : 'e');
    }

    private boolean isReal() {
        char exponent = isHexadecimal() ? 'p' : 'e';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' || Character.toLowerCase(c) == exponent) {
                return true;
            }
        }
        return false;
    }

    /** Whether all but the last character are decimal digits. */
    private static boolean isDecimal(String text) {
        for (int i = 0; i < text.length() - 1; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private long digits(int from, int to, int base) {
        if (from >= to) {
            throw error("expected digits after `" + text + "`");
        }
        long result = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), base);
            if (digit < 0) {
                throw error(start + i, "`" + text.charAt(i) + "` is not a digit of a number to base " + base);
            }
            if (Long.compareUnsigned(result, Long.divideUnsigned(-1L - digit, base)) > 0) {
                throw error("`" + text + "` does not fit into 64 bits");
            }
            result = result * base + digit;
        }
        return result;
    }

    private void character() {
        next++;
        if (next == length) {
            throw error("expected a character after the quote");
        }
        kind = Kind.NUMBER;
        value = input[next] == '\\' ? escape() : input[next++];
        if (next < length && input[next] == '\'') {
            next++;
        }
        text = slice(start, next);
    }

    private void string() {
        kind = Kind.STRING;
        var contents = new StringBuilder();
        next++;
        while (true) {
            if (next >= length) {
                throw error("string is never closed");
            }
            char c = input[next];
            if (c == '"') {
                next++;
                break;
            }
            if (c == '\\') {
                contents.append((char) escape());
            } else if (c < 0x80) {
                contents.append(c);
                next++;
            } else {
                int codePoint = Character.codePointAt(input, next);
                next += Character.charCount(codePoint);
                byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                for (byte b : utf8) {
                    contents.append((char) (b & 0xff));
                }
            }
        }
        text = contents.toString();
    }

    /** The value of the escape sequence at {@link #next}, which moves behind it. */
    private int escape() {
        int at = next;
        next++;
        if (next == length) {
            throw error(at, "expected a character after `\\`");
        }
        char c = input[next++];
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '\\', '"', '\'':
                return c;
            case 'x', 'X':
                return numericEscape(at, 16, Integer.MAX_VALUE);
            default:
                if (c >= '0' && c <= '7') {
                    next--;
                    return numericEscape(at, 8, 3);
                }
                throw error(at, "`\\" + printable(c) + "` is not an escape sequence");
        }
    }

    private int numericEscape(int at, int base, int most) {
        int result = 0;
        int count = 0;
        while (count < most && next < length && Character.digit(input[next], base) >= 0) {
            result = result * base + Character.digit(input[next++], base) & 0xff;
            count++;
        }
        if (count == 0) {
            throw error(at, "expected digits after `\\x`");
        }
        return result;
    }
}
