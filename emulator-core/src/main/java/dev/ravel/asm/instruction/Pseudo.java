package dev.ravel.asm.instruction;

import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.RegisterNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pseudo-instruction that stands for exactly one instruction: {@code mv rd, rs} for {@code addi rd, rs, 0}. It can be
 * read in both directions. Those that may need several instructions ({@code li}, {@code la}, {@code call}) are the
 * assembler's business.
 *
 * @param mnemonic the name in assembly; the same name may stand for several instructions with different operands
 * @param operands for each operand of the pseudo-instruction, the operand of {@code base} that holds it: tells kind and
 *     range
 * @param syntax as {@link Instruction#syntax}
 * @param base the instruction that it stands for
 * @param sources for each operand of {@code base} where its value comes from
 * @param shown whether a disassembler uses it; others are a second name for what has a better one
 * @param written whether an assembler knows it; others are for compressed instructions, which an assembler chooses by
 *     itself
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

    /**
     * Reads a rule {@code "mv rd, rs"}, {@code "addi rd, rs, 0"}. By hand: regular expressions would cost every start
     * of the assembler more than the assembling.
     */
    static Pseudo parse(String pseudo, Instruction base, String meaning, boolean shown, boolean written) {
        List<String> parameters = words(pseudo);
        String mnemonic = parameters.removeFirst();
        List<String> words = words(meaning);
        words.removeFirst();
        List<Operand> operands = new ArrayList<>();
        List<Source> sources = new ArrayList<>();
        if (words.size() != base.operands().size()) {
            throw new IllegalArgumentException("wrong number of operands: " + meaning);
        }
        for (int i = 0; i < words.size(); i++) {
            int index = parameters.indexOf(words.get(i));
            sources.add(
                    index >= 0
                            ? new Source.Given(index)
                            : new Source.Constant(
                                    constant(words.get(i), base.operands().get(i))));
        }
        for (String parameter : parameters) {
            operands.add(base.operands().get(words.indexOf(parameter)));
        }
        return new Pseudo(mnemonic, operands, syntax(pseudo), base, sources, shown, written);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isPunctuation(text.charAt(i))) {
                if (start < i) {
                    words.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return words;
    }

    /** What follows the mnemonic, with {@code %} for each word and without blanks. */
    private static String syntax(String pseudo) {
        StringBuilder syntax = new StringBuilder();
        int i = pseudo.indexOf(' ');
        boolean inWord = false;
        while (i >= 0 && i < pseudo.length()) {
            char c = pseudo.charAt(i++);
            boolean punctuation = isPunctuation(c);
            if (punctuation && c != ' ') {
                syntax.append(c);
            } else if (!punctuation && !inWord) {
                syntax.append('%');
            }
            inWord = !punctuation;
        }
        return syntax.toString();
    }

    private static boolean isPunctuation(char c) {
        return c == ' ' || c == ',' || c == '(' || c == ')';
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
