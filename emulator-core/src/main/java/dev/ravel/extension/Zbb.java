package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zbb, basic bit manipulation (Unprivileged, 28.4.2). Zbkb shares the rotations, the logic with negate and {@code rev8}. */
public final class Zbb {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZBB, Zbb.class)
            .pure("andn rd, rs1, rs2", "0100000 rs2 rs1 111 rd 0110011")
            .pure("orn rd, rs1, rs2", "0100000 rs2 rs1 110 rd 0110011")
            .pure("xnor rd, rs1, rs2", "0100000 rs2 rs1 100 rd 0110011")
            .pure("clz rd, rs1", "011000000000 rs1 001 rd 0010011")
            .pure("ctz rd, rs1", "011000000001 rs1 001 rd 0010011")
            .pure("cpop rd, rs1", "011000000010 rs1 001 rd 0010011")
            .pure("clzw rd, rs1", "011000000000 rs1 001 rd 0011011")
            .pure("ctzw rd, rs1", "011000000001 rs1 001 rd 0011011")
            .pure("cpopw rd, rs1", "011000000010 rs1 001 rd 0011011")
            .pure("max rd, rs1, rs2", "0000101 rs2 rs1 110 rd 0110011")
            .pure("maxu rd, rs1, rs2", "0000101 rs2 rs1 111 rd 0110011")
            .pure("min rd, rs1, rs2", "0000101 rs2 rs1 100 rd 0110011")
            .pure("minu rd, rs1, rs2", "0000101 rs2 rs1 101 rd 0110011")
            .pure("sext.b rd, rs1", "011000000100 rs1 001 rd 0010011")
            .pure("sext.h rd, rs1", "011000000101 rs1 001 rd 0010011")
            .pure("zext.h rd, rs1", "000010000000 rs1 100 rd 0111011")
            .pure("rol rd, rs1, rs2", "0110000 rs2 rs1 001 rd 0110011")
            .pure("rolw rd, rs1, rs2", "0110000 rs2 rs1 001 rd 0111011")
            .pure("ror rd, rs1, rs2", "0110000 rs2 rs1 101 rd 0110011")
            .pure("rori rd, rs1, shamt", "011000 shamt[5:0] rs1 101 rd 0010011", "ror")
            .pure("rorw rd, rs1, rs2", "0110000 rs2 rs1 101 rd 0111011")
            .pure("roriw rd, rs1, shamt", "0110000 shamt[4:0] rs1 101 rd 0011011", "rorw")
            .pure("orc.b rd, rs1", "001010000111 rs1 101 rd 0010011")
            .pure("rev8 rd, rs1", "011010111000 rs1 101 rd 0010011")
            .build();

    private static final long LOW_SEVEN_OF_EACH_BYTE = 0x7f7f_7f7f_7f7f_7f7fL;

    private Zbb() {}

    public static long andn(long rs1, long rs2) {
        return rs1 & ~rs2;
    }

    public static long orn(long rs1, long rs2) {
        return rs1 | ~rs2;
    }

    public static long xnor(long rs1, long rs2) {
        return ~(rs1 ^ rs2);
    }

    public static long clz(long rs1) {
        return Long.numberOfLeadingZeros(rs1);
    }

    public static long ctz(long rs1) {
        return Long.numberOfTrailingZeros(rs1);
    }

    public static long cpop(long rs1) {
        return Long.bitCount(rs1);
    }

    public static long clzw(long rs1) {
        return Integer.numberOfLeadingZeros((int) rs1);
    }

    public static long ctzw(long rs1) {
        return Integer.numberOfTrailingZeros((int) rs1);
    }

    public static long cpopw(long rs1) {
        return Integer.bitCount((int) rs1);
    }

    public static long max(long rs1, long rs2) {
        return Math.max(rs1, rs2);
    }

    public static long maxu(long rs1, long rs2) {
        return Long.compareUnsigned(rs1, rs2) > 0 ? rs1 : rs2;
    }

    public static long min(long rs1, long rs2) {
        return Math.min(rs1, rs2);
    }

    public static long minu(long rs1, long rs2) {
        return Long.compareUnsigned(rs1, rs2) < 0 ? rs1 : rs2;
    }

    public static long sextB(long rs1) {
        return (byte) rs1;
    }

    public static long sextH(long rs1) {
        return (short) rs1;
    }

    public static long zextH(long rs1) {
        return rs1 & 0xffff;
    }

    /** Java's rotations, like these, count modulo the width. */
    public static long rol(long rs1, long rs2) {
        return Long.rotateLeft(rs1, (int) rs2);
    }

    public static long rolw(long rs1, long rs2) {
        return Integer.rotateLeft((int) rs1, (int) rs2);
    }

    public static long ror(long rs1, long rs2) {
        return Long.rotateRight(rs1, (int) rs2);
    }

    public static long rorw(long rs1, long rs2) {
        return Integer.rotateRight((int) rs1, (int) rs2);
    }

    /** Each byte that is not zero becomes 0xff. Adding 0x7f carries into a byte's top bit if any of its low seven is set. */
    public static long orcB(long rs1) {
        long carried = (rs1 & LOW_SEVEN_OF_EACH_BYTE) + LOW_SEVEN_OF_EACH_BYTE;
        long nonzero = (carried | rs1) >>> 7 & 0x0101_0101_0101_0101L;
        return nonzero * 0xff;
    }

    public static long rev8(long rs1) {
        return Long.reverseBytes(rs1);
    }
}
