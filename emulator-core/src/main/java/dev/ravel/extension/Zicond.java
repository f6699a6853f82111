package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zicond, conditional zero (Unprivileged, 11). */
public final class Zicond {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZICOND, Zicond.class)
            .pure("czero.eqz rd, rs1, rs2", "0000111 rs2 rs1 101 rd 0110011")
            .pure("czero.nez rd, rs1, rs2", "0000111 rs2 rs1 111 rd 0110011")
            .build();

    private Zicond() {}

    /** Zero if the condition {@code rs2} is zero, else {@code rs1}. */
    public static long czeroEqz(long rs1, long rs2) {
        return rs2 == 0 ? 0 : rs1;
    }

    /** Zero if the condition {@code rs2} is not zero, else {@code rs1}. */
    public static long czeroNez(long rs1, long rs2) {
        return rs2 != 0 ? 0 : rs1;
    }
}
