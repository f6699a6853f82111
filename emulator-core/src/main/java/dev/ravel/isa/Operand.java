package dev.ravel.isa;

/**
 * An operand of an instruction: its role, the register file or immediate that it names, and the bits that hold it.
 * {@link #extract} and {@link #insert} are inverse to each other, so that decoder and assembler cannot disagree.
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
        ROUNDING_MODE
    }

    /** How an operand is written and which values it takes. */
    enum Kind {
        X_REGISTER,
        F_REGISTER,
        IMMEDIATE,
        CSR_NUMBER,
        ROUNDING_MODE
    }

    Role role();

    Kind kind();

    /** The operand's value: a register number, or a sign- or zero-extended and scaled immediate. */
    long extract(int bits);

    /** The instruction with this operand set to {@code value}, which {@link #accepts}. */
    int insert(int bits, long value);

    /** Whether {@code value} can be encoded exactly. */
    boolean accepts(long value);
}
