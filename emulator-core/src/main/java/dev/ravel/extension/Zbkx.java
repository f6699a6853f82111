package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zbkx, crossbar permutations (Unprivileged, 28.4.7): {@code rs1} is a table, {@code rs2} a vector of indices into it. */
public final class Zbkx {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZBKX, Zbkx.class)
            .pure("xperm4 rd, rs1, rs2", "0010100 rs2 rs1 010 rd 0110011")
            .pure("xperm8 rd, rs1, rs2", "0010100 rs2 rs1 100 rd 0110011")
            .build();

    private Zbkx() {}

    /** Sixteen nibbles; every index is in range. */
    public static long xperm4(long rs1, long rs2) {
        long result = 0;
        for (int at = 0; at < Long.SIZE; at += 4) {
            result |= (rs1 >>> ((rs2 >>> at & 0xf) << 2) & 0xf) << at;
        }
        return result;
    }

    /** Eight bytes; an index of 8 or more gives 0. */
    public static long xperm8(long rs1, long rs2) {
        long result = 0;
        for (int at = 0; at < Long.SIZE; at += 8) {
            long index = rs2 >>> at & 0xff;
            if (index < 8) {
                result |= (rs1 >>> (index << 3) & 0xff) << at;
            }
        }
        return result;
    }
}
