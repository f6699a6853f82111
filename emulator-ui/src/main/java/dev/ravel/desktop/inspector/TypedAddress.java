package dev.ravel.desktop.inspector;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.Words;
import dev.ravel.isa.RegisterNames;
import java.util.OptionalLong;

/**
 * An address as it is typed into a field: a number, {@code 0x} before a hexadecimal one, a symbol, a register or {@code pc}, which
 * an empty one stands for.
 */
record TypedAddress(String text) {
    static final String PROMPT = "0x address, symbol or register";

    private static final int REGISTERS = 32;

    TypedAddress {
        text = text.strip();
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** What it is now, on a hart that stands still; nothing if there is no such thing. */
    OptionalLong resolve(Hart hart, Symbols symbols) {
        if (text.isEmpty() || text.equals("pc")) {
            return OptionalLong.of(hart.pc);
        }
        if (Character.isDigit(text.charAt(0))) {
            return number(text);
        }
        for (int i = 0; i < REGISTERS; i++) {
            if (text.equals(RegisterNames.x(i)) || text.equals("x" + i)) {
                return OptionalLong.of(hart.x[i]);
            }
        }
        return symbols.address(text);
    }

    /** What to say where there is none, in one line. */
    String complaint() {
        return "'" + Words.printable(text) + "' is no number (0x... or decimal), register or symbol";
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(
                    text.startsWith("0x") || text.startsWith("0X")
                            ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                            : Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
