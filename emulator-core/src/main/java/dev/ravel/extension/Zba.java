package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zba, address generation (Unprivileged, 28.4.1). {@code uw} forms zero-extend the low word of {@code rs1} first. */
public final class Zba {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZBA, Zba.class)
            .pure("add.uw rd, rs1, rs2", "0000100 rs2 rs1 000 rd 0111011")
            .pure("sh1add rd, rs1, rs2", "0010000 rs2 rs1 010 rd 0110011")
            .pure("sh2add rd, rs1, rs2", "0010000 rs2 rs1 100 rd 0110011")
            .pure("sh3add rd, rs1, rs2", "0010000 rs2 rs1 110 rd 0110011")
            .pure("sh1add.uw rd, rs1, rs2", "0010000 rs2 rs1 010 rd 0111011")
            .pure("sh2add.uw rd, rs1, rs2", "0010000 rs2 rs1 100 rd 0111011")
            .pure("sh3add.uw rd, rs1, rs2", "0010000 rs2 rs1 110 rd 0111011")
            .pure("slli.uw rd, rs1, shamt", "000010 shamt[5:0] rs1 001 rd 0011011")
            .build();

    private static final long LOW_WORD = 0xffff_ffffL;

    private Zba() {}

    public static long addUw(long rs1, long rs2) {
        return (rs1 & LOW_WORD) + rs2;
    }

    public static long sh1add(long rs1, long rs2) {
        return (rs1 << 1) + rs2;
    }

    public static long sh2add(long rs1, long rs2) {
        return (rs1 << 2) + rs2;
    }

    public static long sh3add(long rs1, long rs2) {
        return (rs1 << 3) + rs2;
    }

    public static long sh1addUw(long rs1, long rs2) {
        return ((rs1 & LOW_WORD) << 1) + rs2;
    }

    public static long sh2addUw(long rs1, long rs2) {
        return ((rs1 & LOW_WORD) << 2) + rs2;
    }

    public static long sh3addUw(long rs1, long rs2) {
        return ((rs1 & LOW_WORD) << 3) + rs2;
    }

    public static long slliUw(long rs1, long shamt) {
        return (rs1 & LOW_WORD) << shamt;
    }
}
