package dev.ravel.isa;

/**
 * One decoded instruction. A compressed instruction carries the operands of what it expands to and its own length.
 *
 * <p>A reserved or unknown encoding is decoded as well: its {@link Instruction#operation} is {@link Operation.Illegal}
 * and only {@code bits} and {@code length} mean anything.
 *
 * @param instruction the instruction, for a compressed form the base instruction that it is an alias of
 * @param bits the encoding as fetched: 32 bits, or 16 bits zero-extended; this is what {@code tval} reports
 * @param length 2 or 4 bytes
 * @param rd destination register number, 0 if there is none
 * @param rs1 first source register number, or the 5-bit immediate of {@code csrrwi} and its like
 * @param rs2 second source register number
 * @param rs3 third source register number
 * @param imm the immediate, the CSR number, or for {@code fence} {@code pred << 4 | succ}
 * @param roundingMode the {@code rm} field, 7 (DYN) if it is to be taken from {@code frm}; 0 if there is none
 */
public record Decoded(
        Instruction instruction, int bits, int length, int rd, int rs1, int rs2, int rs3, long imm, int roundingMode) {

    /** Whether it is an instruction at all. */
    public boolean isLegal() {
        return instruction != Instruction.ILLEGAL;
    }

    static Decoded illegal(int bits, int length) {
        return new Decoded(Instruction.ILLEGAL, bits, length, 0, 0, 0, 0, 0, 0);
    }
}
