package dev.ravel.isa;

import java.util.OptionalLong;

/**
 * An operand of an instruction: its role, the register file or immediate that it names, and the bits that hold it.
 * {@link #extract} and {@link #insert} are inverse to each other, so that decoder and assembler cannot disagree.
 *
 * <p>The operands that the specification knows are in {@link Operands}.
 */
public interface Operand {

    /** What an operand is for. */
    enum Role {
        RD,
        RS1,
        RS2,
        RS3,
        IMM,
        CSR,
        ROUNDING_MODE,
        /** The predecessor set of {@code fence}; {@link Decoded#imm} holds {@code pred << 4 | succ}. */
        PREDECESSOR,
        /** The successor set of {@code fence}. */
        SUCCESSOR
    }

    /** How an operand is written and which values it takes. */
    enum Kind {
        X_REGISTER,
        F_REGISTER,
        /** A number, written as it is. */
        IMMEDIATE,
        /** A number of bits, written in hexadecimal. */
        SHIFT_AMOUNT,
        /** A number whose low 12 bits are 0, written as bits 31 to 12 without sign: {@code lui}, {@code auipc}. */
        UPPER_IMMEDIATE,
        /** A distance from the instruction's address, written as the target: branches and {@code jal}. */
        PC_OFFSET,
        CSR_NUMBER,
        ROUNDING_MODE,
        /** A set of {@code i}, {@code o}, {@code r}, {@code w} in bits 3 to 0: {@code fence}. */
        FENCE_SET,
        /** The index of one of the 32 constants of {@code fli} (Zfa). */
        FLOAT_CONSTANT
    }

    /** The specification's name in encoding tables, with a suffix where the values are restricted: {@code rd}, {@code nzimm}. */
    String name();

    Role role();

    Kind kind();

    /** The bits of the instruction that hold the operand. */
    int mask();

    /** The operand's value: a register number, or a sign- or zero-extended and scaled immediate. */
    long extract(int bits);

    /** The instruction with this operand set to {@code value}, which {@link #accepts}. */
    int insert(int bits, long value);

    /** Whether {@code value} can be encoded exactly and is not reserved. */
    boolean accepts(long value);

    /** The value that an assembler takes where the operand is not written; empty if it has to be. */
    OptionalLong omitted();

    /** Whether some pattern of the operand's bits is reserved: the decoder asks {@link #accepts} only of these. */
    boolean restricted();
}
