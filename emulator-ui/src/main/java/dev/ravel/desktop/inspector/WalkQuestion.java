package dev.ravel.desktop.inspector;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.Symbols;
import dev.ravel.isa.RegisterNames;
import dev.ravel.mmu.AccessType;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which walk is asked for.
 *
 * @param address a number, {@code 0x} before a hexadecimal one, a symbol, a register or {@code pc}
 * @param privilege none for the hart's own
 */
record WalkQuestion(String address, AccessType type, Optional<Integer> privilege) {
    private static final int REGISTERS = 32;

    /** What the address is now, on a hart that stands still; nothing if there is no such thing. */
    OptionalLong resolve(Hart hart, Symbols symbols) {
        String text = address.strip();
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
