package dev.ravel.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a compressed instruction is an alias of: a base instruction, and for each of its operands where the value comes
 * from. It can be read in both directions, so decoder and assembler share it.
 *
 * @param base the 32-bit instruction
 * @param arguments one for each operand of {@code base}, in order
 */
public record Expansion(Instruction base, List<Argument> arguments) {

    /** Where the value of an operand of the base instruction comes from. */
    public sealed interface Argument {
        /** It is that of an operand of the compressed instruction. */
        record Copied(Operand operand) implements Argument {}

        /** It is always {@code value}. */
        record Constant(long value) implements Argument {}
    }

    public Expansion {
        arguments = List.copyOf(arguments);
        if (arguments.size() != base.operands().size()) {
            throw new IllegalArgumentException(
                    base.mnemonic() + " has " + base.operands().size() + " operands");
        }
    }

    /** The 32-bit encoding that {@code compressed}, whose operands are not reserved, is an alias of. */
    public int expand(int compressed) {
        int bits = base.match();
        for (int i = 0; i < arguments.size(); i++) {
            long value = switch (arguments.get(i)) {
                case Argument.Copied(Operand operand) -> operand.extract(compressed);
                case Argument.Constant(long constant) -> constant;
            };
            bits = base.operands().get(i).insert(bits, value);
        }
        return bits;
    }

    /** The encoding with fixed bits {@code match} that expands to {@code bits}, if there is one. */
    OptionalInt compress(int match, int bits) {
        if (!base.matches(bits)) {
            return OptionalInt.empty();
        }
        int compressed = match;
        List<Operand> done = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            long value = base.operands().get(i).extract(bits);
            switch (arguments.get(i)) {
                case Argument.Constant(long constant) -> {
                    if (value != constant) {
                        return OptionalInt.empty();
                    }
                }
                case Argument.Copied(Operand operand) -> {
                    if (!operand.accepts(value) || done.contains(operand) && operand.extract(compressed) != value) {
                        return OptionalInt.empty();
                    }
                    compressed = operand.insert(compressed, value);
                    done.add(operand);
                }
            }
        }
        return OptionalInt.of(compressed);
    }
}
