package dev.ravel.asm.instruction;

import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import java.util.List;

/**
 * One way to write an instruction: the instruction's own syntax, or that of an alias for it.
 *
 * @param mnemonic the name
 * @param syntax a {@code %} for each operand written, with the punctuation between them
 * @param operands the operands written, in order
 * @param base the instruction meant
 * @param arguments for each operand of {@code base} where its value comes from
 * @param compression which compressed encodings may take its place
 */
public record Form(
        String mnemonic,
        String syntax,
        List<Operand> operands,
        Instruction base,
        List<Argument> arguments,
        Compression compression) {

    /**
     * Where the value of an operand comes from.
     *
     * @param written the index of the operand written, or -1
     * @param constant the value if none is written
     */
    public record Argument(int written, long constant) {
        static Argument written(int index) {
            return new Argument(index, 0);
        }

        static Argument constant(long value) {
            return new Argument(-1, value);
        }
    }

    /** Which compressed encodings GNU {@code as} chooses for a form. */
    public enum Compression {
        /** Any of the same meaning. */
        ANY,
        /** None: {@code jal} and {@code jalr} with all their operands stay as written. */
        NONE,
        /** {@code c.mv} alone. */
        MOVE,
        /** Additions proper, also of 0: {@code add} with an immediate, of which {@code addi} is the better name. */
        ADDITION
    }
}
