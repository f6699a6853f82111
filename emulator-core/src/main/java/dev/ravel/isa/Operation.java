package dev.ravel.isa;

/**
 * The shape of an instruction's meaning. A shape says how operands reach the semantics and what becomes of the result;
 * an engine needs code for each shape, never for each instruction.
 */
public sealed interface Operation {

    /**
     * {@code rd = method(sources)}. The method takes, in this order: a {@link dev.ravel.fp.FloatStatus} if its first
     * parameter is of that type; each source operand in the order of the assembly syntax ({@code rs1}, {@code rs2},
     * {@code rs3}, {@code imm}) as a raw {@code long}, read from the integer or floating-point file as the operand says;
     * then, if its last parameter is an {@code int}, the effective rounding mode (0 to 4, never DYN). It returns the raw
     * {@code long} for {@code rd}. It has no other effect.
     */
    record Pure(Semantics semantics) implements Operation {}

    /** {@code rd = pc + imm} ({@code auipc}). */
    record PcRelative() implements Operation {}

    /** {@code rd = memory[rs1 + imm]}. */
    record Load(int size, Extend extend) implements Operation {}

    /** {@code memory[rs1 + imm] = rs2}, the low {@code size} bytes, from the file that the operand names. */
    record Store(int size) implements Operation {}

    /** {@code lr.w}, {@code lr.d}. */
    record LoadReserved(int size) implements Operation {}

    /** {@code sc.w}, {@code sc.d}. */
    record StoreConditional(int size) implements Operation {}

    /**
     * {@code rd = memory[rs1]; memory[rs1] = method(old, rs2)} atomically. {@code old} arrives sign-extended from
     * {@code size} bytes, and so does {@code rs2}; only the low {@code size} bytes of the result count.
     */
    record Amo(int size, Semantics semantics) implements Operation {}

    /** {@code amocas}; size 1, 2, 4, 8 or 16 (register pairs). */
    record CompareAndSwap(int size) implements Operation {}

    /** Taken if {@code boolean method(long rs1, long rs2)}. Target is {@code pc + imm}. */
    record Branch(Semantics semantics) implements Operation {}

    /** {@code jal}: {@code rd = next pc; pc += imm}. */
    record Jump() implements Operation {}

    /** {@code jalr}: {@code t = (rs1 + imm) & ~1; rd = next pc; pc = t}. */
    record JumpRegister() implements Operation {}

    /** {@code csrrw}, {@code csrrs}, {@code csrrc} and their immediate forms. */
    record Csr(CsrAccess access, boolean immediate) implements Operation {}

    /**
     * {@code static void method()}: something that no architectural state shows, a fence or a pause. {@code hart.pc} and the
     * retired count need not be exact.
     */
    record Effect(Semantics semantics) implements Operation {}

    /** Nothing: an encoding that is a hint of its own name ({@code prefetch.r}, {@code ntl.p1}). */
    record Hint() implements Operation {}

    /** Not an instruction: raises the illegal-instruction exception with the encoding as {@code tval}. */
    record Illegal() implements Operation {}

    /**
     * Everything else: {@code static int method(Hart hart, Decoded instruction)}. When it is called {@code hart.pc} is
     * the address of the instruction and the retired count includes all before it. The result is one of the constants
     * in {@code dev.ravel.hart.Outcome}.
     */
    record Control(Semantics semantics) implements Operation {}

    /** What becomes of the upper bits of a loaded value. */
    enum Extend {
        SIGNED,
        UNSIGNED,
        /** All ones above the loaded bits: the NaN box of a narrower floating-point value. */
        BOXED
    }

    /** What a CSR instruction does with the old value. */
    enum CsrAccess {
        WRITE,
        SET,
        CLEAR
    }
}
