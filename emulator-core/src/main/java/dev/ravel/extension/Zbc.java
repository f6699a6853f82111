package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zbc, carry-less multiplication (Unprivileged, 28.4.3). */
public final class Zbc {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZBC, Zbc.class)
            .pure("clmul rd, rs1, rs2", "0000101 rs2 rs1 001 rd 0110011")
            .pure("clmulr rd, rs1, rs2", "0000101 rs2 rs1 010 rd 0110011")
            .pure("clmulh rd, rs1, rs2", "0000101 rs2 rs1 011 rd 0110011")
            .build();

    /** Every fourth bit, from bit 0. */
    private static final long EVERY_FOURTH = 0x1111_1111_1111_1111L;

    private Zbc() {}

    /**
     * Bits 63 to 0 of the product of polynomials over GF(2).
     *
     * <p>Integer multiplication would do, if nothing carried. With only every fourth bit of each factor set, a column of
     * the product is a sum of at most 15 ones, which the column and the three empty ones above it have room for; only that
     * of the highest bits can be 16, and there the carry leaves the register. So the lowest bit of each column is its sum
     * modulo 2, and four times four such products make up the whole.
     */
    public static long clmul(long rs1, long rs2) {
        long a0 = rs1 & EVERY_FOURTH;
        long a1 = rs1 & EVERY_FOURTH << 1;
        long a2 = rs1 & EVERY_FOURTH << 2;
        long a3 = rs1 & EVERY_FOURTH << 3;
        long b0 = rs2 & EVERY_FOURTH;
        long b1 = rs2 & EVERY_FOURTH << 1;
        long b2 = rs2 & EVERY_FOURTH << 2;
        long b3 = rs2 & EVERY_FOURTH << 3;
        long c0 = a0 * b0 ^ a1 * b3 ^ a2 * b2 ^ a3 * b1;
        long c1 = a0 * b1 ^ a1 * b0 ^ a2 * b3 ^ a3 * b2;
        long c2 = a0 * b2 ^ a1 * b1 ^ a2 * b0 ^ a3 * b3;
        long c3 = a0 * b3 ^ a1 * b2 ^ a2 * b1 ^ a3 * b0;
        return c0 & EVERY_FOURTH | c1 & EVERY_FOURTH << 1 | c2 & EVERY_FOURTH << 2 | c3 & EVERY_FOURTH << 3;
    }

    /** Bits 126 to 63 of the product: the product of the mirrored factors is the mirrored product. */
    public static long clmulr(long rs1, long rs2) {
        return Long.reverse(clmul(Long.reverse(rs1), Long.reverse(rs2)));
    }

    /** Bits 127 to 64 of the product; bit 127 is always 0. */
    public static long clmulh(long rs1, long rs2) {
        return clmulr(rs1, rs2) >>> 1;
    }
}
