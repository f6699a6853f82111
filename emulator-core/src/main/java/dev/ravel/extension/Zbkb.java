package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/**
 * Zbkb, bit manipulation for cryptography (Unprivileged, 28.4.5): what it has beyond {@link Zbb}. {@code zip} and
 * {@code unzip} exist in RV32 only.
 */
public final class Zbkb {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZBKB, Zbkb.class)
            .pure("pack rd, rs1, rs2", "0000100 rs2 rs1 100 rd 0110011")
            .pure("packh rd, rs1, rs2", "0000100 rs2 rs1 111 rd 0110011")
            .pure("packw rd, rs1, rs2", "0000100 rs2 rs1 100 rd 0111011")
            .pure("brev8 rd, rs1", "011010000111 rs1 101 rd 0010011")
            .build();

    private Zbkb() {}

    public static long pack(long rs1, long rs2) {
        return rs1 & 0xffff_ffffL | rs2 << 32;
    }

    public static long packh(long rs1, long rs2) {
        return rs1 & 0xff | (rs2 & 0xff) << 8;
    }

    public static long packw(long rs1, long rs2) {
        return (int) (rs1 & 0xffff | rs2 << 16);
    }

    /** Reverses the bits within each byte. */
    public static long brev8(long rs1) {
        return Long.reverseBytes(Long.reverse(rs1));
    }
}
