package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** M, integer multiplication and division (Unprivileged, 12). Division never traps: see {@link #div}. */
public final class RvM {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.M, RvM.class)
            .pure("mul rd, rs1, rs2", "0000001 rs2 rs1 000 rd 0110011")
            .pure("mulh rd, rs1, rs2", "0000001 rs2 rs1 001 rd 0110011")
            .pure("mulhsu rd, rs1, rs2", "0000001 rs2 rs1 010 rd 0110011")
            .pure("mulhu rd, rs1, rs2", "0000001 rs2 rs1 011 rd 0110011")
            .pure("div rd, rs1, rs2", "0000001 rs2 rs1 100 rd 0110011")
            .pure("divu rd, rs1, rs2", "0000001 rs2 rs1 101 rd 0110011")
            .pure("rem rd, rs1, rs2", "0000001 rs2 rs1 110 rd 0110011")
            .pure("remu rd, rs1, rs2", "0000001 rs2 rs1 111 rd 0110011")
            .pure("mulw rd, rs1, rs2", "0000001 rs2 rs1 000 rd 0111011")
            .pure("divw rd, rs1, rs2", "0000001 rs2 rs1 100 rd 0111011")
            .pure("divuw rd, rs1, rs2", "0000001 rs2 rs1 101 rd 0111011")
            .pure("remw rd, rs1, rs2", "0000001 rs2 rs1 110 rd 0111011")
            .pure("remuw rd, rs1, rs2", "0000001 rs2 rs1 111 rd 0111011")
            .build();

    private RvM() {}

    public static long mul(long rs1, long rs2) {
        return rs1 * rs2;
    }

    public static long mulh(long rs1, long rs2) {
        return Math.multiplyHigh(rs1, rs2);
    }

    /** {@code rs2} is unsigned: read as signed it is 2<sup>64</sup> less where its top bit is set. */
    public static long mulhsu(long rs1, long rs2) {
        return Math.multiplyHigh(rs1, rs2) + (rs1 & rs2 >> 63);
    }

    public static long mulhu(long rs1, long rs2) {
        return Math.unsignedMultiplyHigh(rs1, rs2);
    }

    /** By zero: -1. The one overflow, of the least value by -1, gives that value, in Java as here. */
    public static long div(long rs1, long rs2) {
        return rs2 == 0 ? -1 : rs1 / rs2;
    }

    /** By zero: all ones. */
    public static long divu(long rs1, long rs2) {
        return rs2 == 0 ? -1 : Long.divideUnsigned(rs1, rs2);
    }

    /** By zero: the dividend. Of the least value by -1: 0, in Java as here. */
    public static long rem(long rs1, long rs2) {
        return rs2 == 0 ? rs1 : rs1 % rs2;
    }

    /** By zero: the dividend. */
    public static long remu(long rs1, long rs2) {
        return rs2 == 0 ? rs1 : Long.remainderUnsigned(rs1, rs2);
    }

    public static long mulw(long rs1, long rs2) {
        return (int) (rs1 * rs2);
    }

    public static long divw(long rs1, long rs2) {
        return (int) rs2 == 0 ? -1 : (int) rs1 / (int) rs2;
    }

    public static long divuw(long rs1, long rs2) {
        return (int) rs2 == 0 ? -1 : Integer.divideUnsigned((int) rs1, (int) rs2);
    }

    public static long remw(long rs1, long rs2) {
        return (int) rs2 == 0 ? (int) rs1 : (int) rs1 % (int) rs2;
    }

    public static long remuw(long rs1, long rs2) {
        return (int) rs2 == 0 ? (int) rs1 : Integer.remainderUnsigned((int) rs1, (int) rs2);
    }
}
