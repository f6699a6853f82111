package dev.ravel.isa;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one description of an instruction: name, encoding, operands and meaning.
 *
 * @param mnemonic the name in assembly, as in the specification: {@code addi}, {@code c.addi}, {@code amoadd.w}. Ordering
 *     suffixes ({@code .aq}, {@code .rl}) are the assembler's business: the {@code aq} and {@code rl} bits are outside
 *     {@code mask}
 * @param extension the extension that defines it
 * @param match the fixed bits' values
 * @param mask the fixed bits; 16-bit forms have zeros above bit 15
 * @param operands in the order of the assembly syntax
 * @param syntax how the operands are written: a {@code %} for each, in order, with the punctuation between them, such as
 *     {@code %,%(%)}; no blanks
 * @param operation the meaning; for a compressed form that of its base instruction
 * @param expansion for a compressed form, the rule that gives the base instruction and its operands; otherwise absent
 */
public record Instruction(
        String mnemonic,
        Extension extension,
        int match,
        int mask,
        List<Operand> operands,
        String syntax,
        Operation operation,
        Optional<Expansion> expansion) {

    /** Stands in {@link Decoded#instruction} for an encoding that is reserved or belongs to no extension we have. */
    static final Instruction ILLEGAL =
            new Instruction("illegal", Extension.I, 0, 0, List.of(), "", new Operation.Illegal(), Optional.empty());

    /** This instruction as a compressed form of {@code rule}'s. */
    public Instruction expandingTo(Expansion rule) {
        return new Instruction(mnemonic, extension, match, mask, operands, syntax, operation, Optional.of(rule));
    }

    /** Length of the encoding in bytes: 2 or 4. */
    public int length() {
        return (match & 3) == 3 ? 4 : 2;
    }

    /** Whether the fixed bits of {@code bits} are those of this instruction; its operands may still be reserved values. */
    public boolean matches(int bits) {
        return (bits & mask) == match;
    }

    /**
     * The encoding with these operands, given in the order of {@link #operands}; bits that are neither fixed nor an
     * operand's are 0.
     *
     * @throws IllegalArgumentException if their number is wrong or one of them cannot be encoded
     */
    public int encode(long... values) {
        if (values.length != operands.size()) {
            throw new IllegalArgumentException(mnemonic + " has " + operands.size() + " operands");
        }
        int bits = match;
        for (int i = 0; i < values.length; i++) {
            bits = operands.get(i).insert(bits, values[i]);
        }
        return bits;
    }

    /** For a compressed form: its encoding that means the same as the 32-bit {@code base}, if there is one. */
    public OptionalInt compress(int base) {
        return expansion.map(rule -> rule.compress(match, base)).orElse(OptionalInt.empty());
    }

    /** Whether it is illegal while {@code mstatus.FS} is Off: it names a floating-point register. */
    public boolean usesFloat() {
        return operands.stream().anyMatch(operand -> operand.kind() == Operand.Kind.F_REGISTER);
    }

    @Override
    public String toString() {
        return mnemonic;
    }
}
