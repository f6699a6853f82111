package dev.ravel.isa;

import java.util.List;

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
 * @param operation the meaning; for a compressed form that of its base instruction
 * @param expansion for a compressed form, the rule that gives the base instruction and its operands; otherwise absent
 */
public record Instruction(
        String mnemonic,
        Extension extension,
        int match,
        int mask,
        List<Operand> operands,
        Operation operation,
        java.util.Optional<Expansion> expansion) {

    /** Rewrites a compressed encoding as the 32-bit encoding of the same meaning. */
    @FunctionalInterface
    public interface Expansion {
        /** The 32-bit encoding that {@code compressed} is an alias of. */
        int expand(int compressed);
    }

    /** Length of the encoding in bytes: 2 or 4. */
    public int length() {
        return (match & 3) == 3 ? 4 : 2;
    }

    /** Whether {@code bits} encodes this instruction. */
    public boolean matches(int bits) {
        return (bits & mask) == match;
    }
}
