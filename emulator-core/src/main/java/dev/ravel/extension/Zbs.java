package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zbs, single bits (Unprivileged, 28.4.4). Bits are numbered modulo 64, as Java's shifts count. */
public final class Zbs {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZBS, Zbs.class)
            .pure("bclr rd, rs1, rs2", "0100100 rs2 rs1 001 rd 0110011")
            .pure("bclri rd, rs1, shamt", "010010 shamt[5:0] rs1 001 rd 0010011", "bclr")
            .pure("bext rd, rs1, rs2", "0100100 rs2 rs1 101 rd 0110011")
            .pure("bexti rd, rs1, shamt", "010010 shamt[5:0] rs1 101 rd 0010011", "bext")
            .pure("binv rd, rs1, rs2", "0110100 rs2 rs1 001 rd 0110011")
            .pure("binvi rd, rs1, shamt", "011010 shamt[5:0] rs1 001 rd 0010011", "binv")
            .pure("bset rd, rs1, rs2", "0010100 rs2 rs1 001 rd 0110011")
            .pure("bseti rd, rs1, shamt", "001010 shamt[5:0] rs1 001 rd 0010011", "bset")
            .build();

    private Zbs() {}

    public static long bclr(long rs1, long rs2) {
        return rs1 & ~(1L << rs2);
    }

    public static long bext(long rs1, long rs2) {
        return rs1 >>> rs2 & 1;
    }

    public static long binv(long rs1, long rs2) {
        return rs1 ^ 1L << rs2;
    }

    public static long bset(long rs1, long rs2) {
        return rs1 | 1L << rs2;
    }
}
