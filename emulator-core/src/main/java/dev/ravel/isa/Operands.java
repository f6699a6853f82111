package dev.ravel.isa;

import static dev.ravel.isa.Operand.Kind.CSR_NUMBER;
import static dev.ravel.isa.Operand.Kind.FENCE_SET;
import static dev.ravel.isa.Operand.Kind.FLOAT_CONSTANT;
import static dev.ravel.isa.Operand.Kind.F_REGISTER;
import static dev.ravel.isa.Operand.Kind.IMMEDIATE;
import static dev.ravel.isa.Operand.Kind.PC_OFFSET;
import static dev.ravel.isa.Operand.Kind.SHIFT_AMOUNT;
import static dev.ravel.isa.Operand.Kind.UPPER_IMMEDIATE;
import static dev.ravel.isa.Operand.Kind.X_REGISTER;
import static dev.ravel.isa.Operand.Role.IMM;
import static dev.ravel.isa.Operand.Role.PREDECESSOR;
import static dev.ravel.isa.Operand.Role.RD;
import static dev.ravel.isa.Operand.Role.RS1;
import static dev.ravel.isa.Operand.Role.RS2;
import static dev.ravel.isa.Operand.Role.RS3;
import static dev.ravel.isa.Operand.Role.SUCCESSOR;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operands of the specification's instruction formats (Unprivileged, 2.2, 2.3 and the chapter on C).
 *
 * <p>Names follow the specification's encoding tables. Several operands share a name where formats spread the same
 * operand differently ({@code imm} of I, S and U); name and bit positions together are unique. A prime marks the
 * three-bit register fields of compressed instructions, {@code nz} an operand whose value 0 is reserved or means
 * another instruction.
 */
public final class Operands {
    /** By name. */
    private static final Map<String, List<Field>> CATALOGUE = new LinkedHashMap<>();

    // Registers of 32-bit instructions.
    public static final Operand RD_X = add(Field.unsigned("rd", RD, X_REGISTER, "4:0@7"));
    public static final Operand RS1_X = add(Field.unsigned("rs1", RS1, X_REGISTER, "4:0@15"));
    public static final Operand RS2_X = add(Field.unsigned("rs2", RS2, X_REGISTER, "4:0@20"));
    public static final Operand RD_F = add(Field.unsigned("fd", RD, F_REGISTER, "4:0@7"));
    public static final Operand RS1_F = add(Field.unsigned("fs1", RS1, F_REGISTER, "4:0@15"));
    public static final Operand RS2_F = add(Field.unsigned("fs2", RS2, F_REGISTER, "4:0@20"));
    public static final Operand RS3_F = add(Field.unsigned("fs3", RS3, F_REGISTER, "4:0@27"));

    /** First of a pair of registers (Zacas, {@code amocas.q}): odd numbers are reserved. */
    public static final Operand RD_PAIR =
            add(Field.unsigned("rdpair", RD, X_REGISTER, "4:0@7").only(Operands::even));
    /** First of a pair of registers (Zacas, {@code amocas.q}): odd numbers are reserved. */
    public static final Operand RS2_PAIR =
            add(Field.unsigned("rs2pair", RS2, X_REGISTER, "4:0@20").only(Operands::even));

    // Immediates of 32-bit instructions.
    public static final Operand IMM_I = add(Field.signed("imm", IMM, IMMEDIATE, "11:0@20"));
    public static final Operand IMM_S = add(Field.signed("imm", IMM, IMMEDIATE, "11:5@25 4:0@7"));
    /** The value has its low 12 bits 0 and is sign-extended from bit 31. */
    public static final Operand IMM_U = add(Field.signed("imm", IMM, UPPER_IMMEDIATE, "31:12@12"));
    /** The offset of {@code prefetch}: a multiple of 32. */
    public static final Operand IMM_PREFETCH = add(Field.signed("imm", IMM, IMMEDIATE, "11:5@25"));

    public static final Operand OFFSET_B = add(Field.signed("offset", IMM, PC_OFFSET, "12|10:5@25 4:1|11@7"));
    public static final Operand OFFSET_J = add(Field.signed("offset", IMM, PC_OFFSET, "20|10:1|11|19:12@12"));
    public static final Operand SHAMT5 = add(Field.unsigned("shamt", IMM, SHIFT_AMOUNT, "4:0@20"));
    public static final Operand SHAMT6 = add(Field.unsigned("shamt", IMM, SHIFT_AMOUNT, "5:0@20"));
    public static final Operand CSR = add(Field.unsigned("csr", Operand.Role.CSR, CSR_NUMBER, "11:0@20"));
    /** The immediate of {@code csrrwi} and its like; it stands in {@link Decoded#rs1}. */
    public static final Operand ZIMM = add(Field.unsigned("zimm", RS1, IMMEDIATE, "4:0@15"));
    /** Rounding modes 5 and 6 are reserved; DYN where it is not written. */
    public static final Operand RM = add(roundingMode("rm", 7));

    /** The rounding mode of a conversion that is always exact, so that it does not matter; RNE where it is not written. */
    public static final Operand RM_EXACT = add(roundingMode("rmexact", 0));

    /** The rounding mode of {@code fcvtmod.w.d}: all but towards zero are reserved. */
    public static final Operand RTZ =
            add(Field.unsigned("rtz", Operand.Role.ROUNDING_MODE, Operand.Kind.ROUNDING_MODE, "2:0@12")
                    .only(value -> value == 1));

    public static final Operand PRED = add(Field.unsigned("pred", PREDECESSOR, FENCE_SET, "3:0@24"));
    public static final Operand SUCC = add(Field.unsigned("succ", SUCCESSOR, FENCE_SET, "3:0@20"));
    /** Index of the constant that {@code fli} loads. */
    public static final Operand FLI = add(Field.unsigned("constant", IMM, FLOAT_CONSTANT, "4:0@15"));

    // Registers of compressed instructions.
    public static final Operand C_RD =
            add(Field.unsigned("rdnz", RD, X_REGISTER, "4:0@7").only(Operands::nonzero));
    /** The destination of {@code c.lui}: {@code sp} there means {@code c.addi16sp}. */
    public static final Operand C_RD_NOT_SP =
            add(Field.unsigned("rdnot2", RD, X_REGISTER, "4:0@7").only(value -> value != 2));

    public static final Operand C_RS1 =
            add(Field.unsigned("rs1nz", RS1, X_REGISTER, "4:0@7").only(Operands::nonzero));
    public static final Operand C_RS2 = add(Field.unsigned("rs2", RS2, X_REGISTER, "4:0@2"));
    public static final Operand C_RS2_NZ =
            add(Field.unsigned("rs2nz", RS2, X_REGISTER, "4:0@2").only(Operands::nonzero));
    public static final Operand C_FS2 = add(Field.unsigned("fs2", RS2, F_REGISTER, "4:0@2"));
    /** Destination of CIW and CL. */
    public static final Operand C_RD_SHORT =
            add(Field.unsigned("rd'", RD, X_REGISTER, "2:0@2").from(8));
    /** Destination, and first source, of CA and CB. */
    public static final Operand C_RSD_SHORT =
            add(Field.unsigned("rsd'", RD, X_REGISTER, "2:0@7").from(8));

    public static final Operand C_RS1_SHORT =
            add(Field.unsigned("rs1'", RS1, X_REGISTER, "2:0@7").from(8));
    public static final Operand C_RS2_SHORT =
            add(Field.unsigned("rs2'", RS2, X_REGISTER, "2:0@2").from(8));
    public static final Operand C_FD_SHORT =
            add(Field.unsigned("fd'", RD, F_REGISTER, "2:0@2").from(8));
    public static final Operand C_FS2_SHORT =
            add(Field.unsigned("fs2'", RS2, F_REGISTER, "2:0@2").from(8));

    /** Occupies no bits: {@code sp}, which has to be written although the encoding implies it. */
    public static final Operand C_SP =
            add(Field.unsigned("sp", RS1, X_REGISTER, "").from(2));

    // Immediates of compressed instructions.
    public static final Operand C_IMM = add(Field.signed("imm", IMM, IMMEDIATE, "5@12 4:0@2"));
    public static final Operand C_SHAMT = add(Field.unsigned("shamt", IMM, SHIFT_AMOUNT, "5@12 4:0@2"));
    public static final Operand C_IMM_LUI =
            add(Field.signed("nzimm", IMM, UPPER_IMMEDIATE, "17@12 16:12@2").only(Operands::nonzero));
    public static final Operand C_IMM_ADDI16SP =
            add(Field.signed("nzimm", IMM, IMMEDIATE, "9@12 4|6|8:7|5@2").only(Operands::nonzero));
    public static final Operand C_UIMM_ADDI4SPN =
            add(Field.unsigned("nzuimm", IMM, IMMEDIATE, "5:4|9:6|2|3@5").only(Operands::nonzero));
    public static final Operand C_UIMM_LWSP = add(Field.unsigned("uimm", IMM, IMMEDIATE, "5@12 4:2|7:6@2"));
    public static final Operand C_UIMM_LDSP = add(Field.unsigned("uimm", IMM, IMMEDIATE, "5@12 4:3|8:6@2"));
    public static final Operand C_UIMM_SWSP = add(Field.unsigned("uimm", IMM, IMMEDIATE, "5:2|7:6@7"));
    public static final Operand C_UIMM_SDSP = add(Field.unsigned("uimm", IMM, IMMEDIATE, "5:3|8:6@7"));
    public static final Operand C_UIMM_W = add(Field.unsigned("uimm", IMM, IMMEDIATE, "5:3@10 2|6@5"));
    public static final Operand C_UIMM_D = add(Field.unsigned("uimm", IMM, IMMEDIATE, "5:3@10 7:6@5"));
    /** Zcb, halfwords. */
    public static final Operand C_UIMM_H = add(Field.unsigned("uimm", IMM, IMMEDIATE, "1@5"));
    /** Zcb, bytes. */
    public static final Operand C_UIMM_B = add(Field.unsigned("uimm", IMM, IMMEDIATE, "0|1@5"));

    public static final Operand OFFSET_CB = add(Field.signed("offset", IMM, PC_OFFSET, "8|4:3@10 7:6|2:1|5@2"));
    public static final Operand OFFSET_CJ = add(Field.signed("offset", IMM, PC_OFFSET, "11|4|9:8|10|6|7|3:1|5@2"));

    private Operands() {}

    /** Every operand above. */
    public static List<Operand> all() {
        return CATALOGUE.values().stream().<Operand>flatMap(List::stream).toList();
    }

    /**
     * The operand of that name in those bits.
     *
     * @throws IllegalArgumentException if the specification knows none
     */
    public static Operand find(String name, BitLayout layout) {
        for (Field field : CATALOGUE.getOrDefault(name, List.of())) {
            if (field.layout().equals(layout)) {
                return field;
            }
        }
        throw new IllegalArgumentException("no operand " + name + " in bits " + layout.positions());
    }

    /**
     * The number of bits of the operands of that name.
     *
     * @throws IllegalArgumentException if the specification knows none, or several of different width
     */
    public static int width(String name) {
        int width = -1;
        for (Field field : CATALOGUE.getOrDefault(name, List.of())) {
            if (width >= 0 && width != field.layout().width()) {
                throw new IllegalArgumentException("the width of " + name + " has to be written out");
            }
            width = field.layout().width();
        }
        if (width < 0) {
            throw new IllegalArgumentException("no operand is called " + name);
        }
        return width;
    }

    private static Field roundingMode(String name, long omitted) {
        return Field.unsigned(name, Operand.Role.ROUNDING_MODE, Operand.Kind.ROUNDING_MODE, "2:0@12")
                .only(value -> value != 5 && value != 6)
                .orElse(omitted);
    }

    private static Operand add(Field field) {
        CATALOGUE.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field);
        return field;
    }

    private static boolean nonzero(long value) {
        return value != 0;
    }

    private static boolean even(long value) {
        return (value & 1) == 0;
    }
}
