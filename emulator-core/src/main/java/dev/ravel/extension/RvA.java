package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation.LoadReserved;
import dev.ravel.isa.Operation.StoreConditional;
import java.util.List;

/**
 * A, atomic memory operations (Unprivileged, 13).
 *
 * <p>One method serves every size, since both of its values arrive sign-extended: that preserves signed and unsigned
 * order alike. Zabha shares them.
 */
public final class RvA {
    static final List<Instruction> ROWS =
            amos(amos(rows(), "w", 4, "010"), "d", 8, "011").build();

    private RvA() {}

    private static InstructionTable rows() {
        return InstructionTable.of(Extension.A, RvA.class)
                .row("lr.w rd, (rs1)", "00010 aq rl 00000 rs1 010 rd 0101111", new LoadReserved(4))
                .row("lr.d rd, (rs1)", "00010 aq rl 00000 rs1 011 rd 0101111", new LoadReserved(8))
                .row("sc.w rd, rs2, (rs1)", "00011 aq rl rs2 rs1 010 rd 0101111", new StoreConditional(4))
                .row("sc.d rd, rs2, (rs1)", "00011 aq rl rs2 rs1 011 rd 0101111", new StoreConditional(8));
    }

    /** The nine operations on {@code size} bytes, with mnemonics that end in {@code suffix}. */
    static InstructionTable amos(InstructionTable table, String suffix, int size, String funct3) {
        String operands = "." + suffix + " rd, rs2, (rs1)";
        String rest = " aq rl rs2 rs1 " + funct3 + " rd 0101111";
        return table.amo("amoswap" + operands, "00001" + rest, size, RvA.class, "swap")
                .amo("amoadd" + operands, "00000" + rest, size, RvA.class, "add")
                .amo("amoxor" + operands, "00100" + rest, size, RvA.class, "xor")
                .amo("amoand" + operands, "01100" + rest, size, RvA.class, "and")
                .amo("amoor" + operands, "01000" + rest, size, RvA.class, "or")
                .amo("amomin" + operands, "10000" + rest, size, RvA.class, "min")
                .amo("amomax" + operands, "10100" + rest, size, RvA.class, "max")
                .amo("amominu" + operands, "11000" + rest, size, RvA.class, "minu")
                .amo("amomaxu" + operands, "11100" + rest, size, RvA.class, "maxu");
    }

    public static long swap(long old, long rs2) {
        return rs2;
    }

    public static long add(long old, long rs2) {
        return old + rs2;
    }

    public static long xor(long old, long rs2) {
        return old ^ rs2;
    }

    public static long and(long old, long rs2) {
        return old & rs2;
    }

    public static long or(long old, long rs2) {
        return old | rs2;
    }

    public static long min(long old, long rs2) {
        return Math.min(old, rs2);
    }

    public static long max(long old, long rs2) {
        return Math.max(old, rs2);
    }

    public static long minu(long old, long rs2) {
        return Long.compareUnsigned(old, rs2) < 0 ? old : rs2;
    }

    public static long maxu(long old, long rs2) {
        return Long.compareUnsigned(old, rs2) > 0 ? old : rs2;
    }
}
