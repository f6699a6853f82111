package dev.ravel.asm.instruction;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The words that stand for operand values: rounding modes, fence sets, the constants of {@code fli}. */
public final class OperandText {
    /** By value of the {@code rm} field; 5 and 6 are reserved and have no name. */
    private static final List<String> ROUNDING_MODES = List.of("rne", "rtz", "rdn", "rup", "rmm", "", "", "dyn");

    private static final String FENCE_SET = "iorw";

    private OperandText() {}

    /** Apart, since few programs need them and all would wait for them. */
    private static final class FloatConstants {
        /** Unprivileged, table of {@code fli} in the chapter on Zfa; exact. */
        static final List<String> ALL = Stream.of(
                        Stream.of("-1.0", "min"),
                        Stream.of(-16, -15, -8, -7).map(exponent -> plain(Math.scalb(1.0, exponent))),
                        Stream.of(0.0625, 0.125, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625, 0.75, 0.875)
                                .map(OperandText::plain),
                        Stream.of(1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 8.0, 16.0, 128.0, 256.0, 32768.0, 65536.0)
                                .map(OperandText::plain),
                        Stream.of("inf", "nan"))
                .flatMap(part -> part)
                .toList();
    }

    /** The name of a rounding mode, 0 to 4 or 7. */
    public static String roundingMode(int value) {
        return ROUNDING_MODES.get(value);
    }

    /** The rounding mode of that name: {@code rne} is 0, {@code dyn} 7. */
    public static OptionalInt roundingMode(String name) {
        int value = name.isEmpty() ? -1 : ROUNDING_MODES.indexOf(name);
        return value < 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** A fence's set, 0 to 15, as its letters out of {@code iorw}; the empty set is {@code 0}. */
    public static String fenceSet(int value) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            if ((value & 8 >> i) != 0) {
                letters.append(FENCE_SET.charAt(i));
            }
        }
        return letters.isEmpty() ? "0" : letters.toString();
    }

    /** The set that letters in the order of {@code iorw}, or {@code 0}, stand for. */
    public static OptionalInt fenceSet(String letters) {
        for (int value = 0; value < 16; value++) {
            if (fenceSet(value).equals(letters)) {
                return OptionalInt.of(value);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The constant that {@code fli} loads for {@code index}, 0 to 31: a decimal number, {@code min}, {@code inf},
     * {@code nan}.
     */
    public static String floatConstant(int index) {
        return FloatConstants.ALL.get(index);
    }

    /** The index of a constant of {@code fli}, as a name or in any decimal spelling of its value. */
    public static OptionalInt floatConstant(String text) {
        int index = FloatConstants.ALL.indexOf(text);
        if (index < 0 && text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?")) {
            BigDecimal value = new BigDecimal(text).stripTrailingZeros();
            for (int i = 0; i < FloatConstants.ALL.size(); i++) {
                String constant = FloatConstants.ALL.get(i);
                if (!Character.isLetter(constant.charAt(0)) && new BigDecimal(constant).compareTo(value) == 0) {
                    index = i;
                }
            }
        }
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    private static String plain(double value) {
        return new BigDecimal(Double.toString(value)).compareTo(new BigDecimal(value)) == 0
                ? Double.toString(value)
                : new BigDecimal(value).toPlainString();
    }
}
