package dev.ravel.inspect;

import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import java.util.List;

/** What the numbers of the privileged architecture are called (Privileged 1.13, 3.1.15), and how views write numbers and lines. */
public final class Words {
    private static final List<String> EXCEPTIONS = List.of(
            "instruction address misaligned",
            "instruction access fault",
            "illegal instruction",
            "breakpoint",
            "load address misaligned",
            "load access fault",
            "store/AMO address misaligned",
            "store/AMO access fault",
            "environment call from U-mode",
            "environment call from S-mode",
            "environment call from VS-mode",
            "environment call from M-mode",
            "instruction page fault",
            "load page fault",
            "",
            "store/AMO page fault");

    private Words() {}

    /** An exception code: {@code load page fault}. */
    public static String exception(int code) {
        return code >= 0 && code < EXCEPTIONS.size() && !EXCEPTIONS.get(code).isEmpty()
                ? EXCEPTIONS.get(code)
                : "exception " + code;
    }

    /** An interrupt code: {@code supervisor timer interrupt}. */
    public static String interrupt(int code) {
        return switch (code) {
            case Cause.SUPERVISOR_SOFTWARE -> "supervisor software interrupt";
            case Cause.MACHINE_SOFTWARE -> "machine software interrupt";
            case Cause.SUPERVISOR_TIMER -> "supervisor timer interrupt";
            case Cause.MACHINE_TIMER -> "machine timer interrupt";
            case Cause.SUPERVISOR_EXTERNAL -> "supervisor external interrupt";
            case Cause.MACHINE_EXTERNAL -> "machine external interrupt";
            default -> "interrupt " + code;
        };
    }

    /** A value of {@code mcause} or {@code scause}. */
    public static String cause(long value) {
        long code = value & ~Cause.INTERRUPT;
        if (code > Integer.MAX_VALUE) {
            return "no such cause";
        }
        return value < 0 ? interrupt((int) code) : exception((int) code);
    }

    /** A privilege mode: {@code supervisor}. */
    public static String privilege(int mode) {
        return switch (mode) {
            case Privilege.USER -> "user";
            case Privilege.SUPERVISOR -> "supervisor";
            case Privilege.MACHINE -> "machine";
            default -> "reserved";
        };
    }

    /** An amount of memory in its largest whole unit: {@code 2 MiB}. */
    public static String size(long bytes) {
        if (bytes != 0 && bytes % (1L << 40) == 0) {
            return (bytes >>> 40) + " TiB";
        }
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >>> 30) + " GiB";
        }
        if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >>> 20) + " MiB";
        }
        return bytes != 0 && bytes % (1L << 10) == 0 ? (bytes >>> 10) + " KiB" : bytes + " bytes";
    }

    /** A number or address: {@code 0x80200000}. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** Adds words as lines of at most so many columns, where no word is longer, with a margin of {@code indent}. */
    public static void wrap(List<String> lines, String words, int indent, int columns) {
        String margin = " ".repeat(indent);
        StringBuilder line = new StringBuilder(margin);
        for (String word : words.stripTrailing().split(" ", -1)) {
            if (line.length() > indent && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line = new StringBuilder(margin);
            }
            line.append(line.length() == indent ? "" : " ").append(word);
        }
        if (!line.toString().isBlank()) {
            lines.add(line.toString());
        }
    }

    /** A text that a guest chose, with a question mark for each character that is more than text to a screen. */
    public static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
