package dev.ravel.cli;

import dev.ravel.inspect.Symbols;
import java.util.OptionalLong;

/** Addresses as they are written on the command line. */
final class Addresses {
    private Addresses() {}

    /** Whether this is a number, not a symbol. */
    static boolean isNumber(String text) {
        return !text.isEmpty() && Character.isDigit(text.charAt(0));
    }

    /** A number: {@code 0x80200000}, or decimal. */
    static long number(String option, String text) {
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new CliException(option + " " + text + ": no 64-bit number");
        }
    }

    /** A number or a symbol. */
    static long of(String option, String text, Symbols symbols) {
        if (isNumber(text)) {
            return number(option, text);
        }
        OptionalLong address = symbols.address(text);
        if (address.isEmpty()) {
            throw new CliException(option + " " + text + ": no such symbol in what this machine runs");
        }
        return address.getAsLong();
    }
}
