package dev.ravel.asm;

import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.RegisterNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A pseudo-instruction that stands for exactly one instruction: {@code mv rd, rs} for {@code addi rd, rs, 0}. It can be
 * read in both directions. Those that may need several instructions ({@code li}, {@code la}, {@code call}) are the
 * assembler's business.
 *
 * @param mnemonic the name in assembly; the same name may stand for several instructions with different operands
 * @param operands for each operand of the pseudo-instruction, the operand of {@code base} that holds it: tells kind and range
 * @param syntax as {@link Instruction#syntax}
 * @param base the instruction that it stands for
 * @param sources for each operand of {@code base} where its value comes from
 * @param shown whether a disassembler uses it; others are a second name for what has a better one
 * @param written whether an assembler knows it; others are for compressed instructions, which an assembler chooses by itself
 */
public record Pseudo(
        String mnemonic,
        List<Operand> operands,
        String syntax,
        Instruction base,
        List<Source> sources,
        boolean shown,
        boolean written) {

    /** Where the value of an operand of the base instruction comes from. */
    public sealed interface Source {
        /** The pseudo-instruction's operand number {@code index}. */
        record Given(int index) implements Source {}

        /** Always {@code value}. */
        record Constant(long value) implements Source {}
    }

    /** Reads a rule {@code "mv rd, rs"}, {@code "addi rd, rs, 0"}. */
    static Pseudo parse(String pseudo, Instruction base, String meaning, boolean shown, boolean written) {
        String[] names = words(pseudo);
        String[] words = words(meaning);
        List<Operand> operands = new ArrayList<>();
        List<Source> sources = new ArrayList<>();
        List<String> parameters = Arrays.asList(names).subList(1, names.length);
        if (words.length - 1 != base.operands().size()) {
            throw new IllegalArgumentException("wrong number of operands: " + meaning);
        }
        for (int i = 1; i < words.length; i++) {
            int index = parameters.indexOf(words[i]);
            sources.add(index >= 0 ? new Source.Given(index) : new Source.Constant(constant(words[i], base.operands().get(i - 1))));
        }
        for (int i = 0; i < parameters.size(); i++) {
            operands.add(base.operands().get(sources.indexOf(new Source.Given(i))));
        }
        String syntax = pseudo.substring(names[0].length())
                .replaceAll("[a-z][a-z0-9]*", "%")
                .replace(" ", "");
        return new Pseudo(names[0], operands, syntax, base, sources, shown, written);
    }

    private static String[] words(String text) {
        return text.strip().split("[ ,()]+");
    }

    private static long constant(String word, Operand operand) {
        return switch (operand.kind()) {
            case X_REGISTER -> RegisterNames.xNumber(word).orElseThrow();
            case F_REGISTER -> RegisterNames.fNumber(word).orElseThrow();
            case CSR_NUMBER -> CsrNumber.byName(word).orElseThrow();
            case FENCE_SET -> OperandText.fenceSet(word).orElseThrow();
            case ROUNDING_MODE -> OperandText.roundingMode(word).orElseThrow();
            case IMMEDIATE, SHIFT_AMOUNT, UPPER_IMMEDIATE, PC_OFFSET, FLOAT_CONSTANT -> Long.parseLong(word);
        };
    }

    /**
     * The encoding with these operands, in the order of {@link #operands}.
     *
     * @throws IllegalArgumentException if one of them cannot be encoded
     */
    public int encode(long... values) {
        return base.encode(sources.stream()
                .mapToLong(source -> switch (source) {
                    case Source.Given(int index) -> values[index];
                    case Source.Constant(long value) -> value;
                })
                .toArray());
    }

    /** The operands with which it stands for {@code bits}, an encoding of {@link #base}, if it can. */
    public Optional<long[]> match(int bits) {
        long[] values = new long[operands.size()];
        boolean[] known = new boolean[values.length];
        for (int i = 0; i < sources.size(); i++) {
            long value = base.operands().get(i).extract(bits);
            switch (sources.get(i)) {
                case Source.Constant(long constant) -> {
                    if (value != constant) {
                        return Optional.empty();
                    }
                }
                case Source.Given(int index) -> {
                    if (known[index] && values[index] != value) {
                        return Optional.empty();
                    }
                    known[index] = true;
                    values[index] = value;
                }
            }
        }
        return Optional.of(values);
    }

    @Override
    public String toString() {
        return mnemonic + " " + syntax + " = " + base.mnemonic();
    }
}
