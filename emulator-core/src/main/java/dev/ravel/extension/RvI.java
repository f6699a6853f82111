package dev.ravel.extension;

import static dev.ravel.isa.Operation.Extend.SIGNED;
import static dev.ravel.isa.Operation.Extend.UNSIGNED;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation;
import java.lang.invoke.VarHandle;
import java.util.List;

/** RV64I, the base integer instructions (Unprivileged, 2 and 4), without {@code ecall} and {@code ebreak}. */
public final class RvI {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.I, RvI.class)
            .pure("lui rd, imm", "imm[31:12] rd 0110111")
            .row("auipc rd, imm", "imm[31:12] rd 0010111", new Operation.PcRelative())
            .row("jal rd, offset", "offset[20|10:1|11|19:12] rd 1101111", new Operation.Jump())
            .row("jalr rd, imm(rs1)", "imm[11:0] rs1 000 rd 1100111", new Operation.JumpRegister())
            .branch("beq rs1, rs2, offset", "offset[12|10:5] rs2 rs1 000 offset[4:1|11] 1100011")
            .branch("bne rs1, rs2, offset", "offset[12|10:5] rs2 rs1 001 offset[4:1|11] 1100011")
            .branch("blt rs1, rs2, offset", "offset[12|10:5] rs2 rs1 100 offset[4:1|11] 1100011")
            .branch("bge rs1, rs2, offset", "offset[12|10:5] rs2 rs1 101 offset[4:1|11] 1100011")
            .branch("bltu rs1, rs2, offset", "offset[12|10:5] rs2 rs1 110 offset[4:1|11] 1100011")
            .branch("bgeu rs1, rs2, offset", "offset[12|10:5] rs2 rs1 111 offset[4:1|11] 1100011")
            .load("lb rd, imm(rs1)", "imm[11:0] rs1 000 rd 0000011", 1, SIGNED)
            .load("lh rd, imm(rs1)", "imm[11:0] rs1 001 rd 0000011", 2, SIGNED)
            .load("lw rd, imm(rs1)", "imm[11:0] rs1 010 rd 0000011", 4, SIGNED)
            .load("ld rd, imm(rs1)", "imm[11:0] rs1 011 rd 0000011", 8, SIGNED)
            .load("lbu rd, imm(rs1)", "imm[11:0] rs1 100 rd 0000011", 1, UNSIGNED)
            .load("lhu rd, imm(rs1)", "imm[11:0] rs1 101 rd 0000011", 2, UNSIGNED)
            .load("lwu rd, imm(rs1)", "imm[11:0] rs1 110 rd 0000011", 4, UNSIGNED)
            .store("sb rs2, imm(rs1)", "imm[11:5] rs2 rs1 000 imm[4:0] 0100011", 1)
            .store("sh rs2, imm(rs1)", "imm[11:5] rs2 rs1 001 imm[4:0] 0100011", 2)
            .store("sw rs2, imm(rs1)", "imm[11:5] rs2 rs1 010 imm[4:0] 0100011", 4)
            .store("sd rs2, imm(rs1)", "imm[11:5] rs2 rs1 011 imm[4:0] 0100011", 8)
            .pure("addi rd, rs1, imm", "imm[11:0] rs1 000 rd 0010011", "add")
            .pure("slti rd, rs1, imm", "imm[11:0] rs1 010 rd 0010011", "slt")
            .pure("sltiu rd, rs1, imm", "imm[11:0] rs1 011 rd 0010011", "sltu")
            .pure("xori rd, rs1, imm", "imm[11:0] rs1 100 rd 0010011", "xor")
            .pure("ori rd, rs1, imm", "imm[11:0] rs1 110 rd 0010011", "or")
            .pure("andi rd, rs1, imm", "imm[11:0] rs1 111 rd 0010011", "and")
            .pure("slli rd, rs1, shamt", "000000 shamt[5:0] rs1 001 rd 0010011", "sll")
            .pure("srli rd, rs1, shamt", "000000 shamt[5:0] rs1 101 rd 0010011", "srl")
            .pure("srai rd, rs1, shamt", "010000 shamt[5:0] rs1 101 rd 0010011", "sra")
            .pure("add rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0110011")
            .pure("sub rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0110011")
            .pure("sll rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0110011")
            .pure("slt rd, rs1, rs2", "0000000 rs2 rs1 010 rd 0110011")
            .pure("sltu rd, rs1, rs2", "0000000 rs2 rs1 011 rd 0110011")
            .pure("xor rd, rs1, rs2", "0000000 rs2 rs1 100 rd 0110011")
            .pure("srl rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0110011")
            .pure("sra rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0110011")
            .pure("or rd, rs1, rs2", "0000000 rs2 rs1 110 rd 0110011")
            .pure("and rd, rs1, rs2", "0000000 rs2 rs1 111 rd 0110011")
            .pure("addiw rd, rs1, imm", "imm[11:0] rs1 000 rd 0011011", "addw")
            .pure("slliw rd, rs1, shamt", "0000000 shamt[4:0] rs1 001 rd 0011011", "sllw")
            .pure("srliw rd, rs1, shamt", "0000000 shamt[4:0] rs1 101 rd 0011011", "srlw")
            .pure("sraiw rd, rs1, shamt", "0100000 shamt[4:0] rs1 101 rd 0011011", "sraw")
            .pure("addw rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0111011")
            .pure("subw rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0111011")
            .pure("sllw rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0111011")
            .pure("srlw rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0111011")
            .pure("sraw rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0111011")
            // Reserved values of fm, rd and rs1 are to be treated as a normal fence (Unprivileged, 2.7).
            .effect("fence pred, succ", "fm pred succ ----- 000 ----- 0001111", "fence")
            .effect("fence.tso", "1000 0011 0011 ----- 000 ----- 0001111", "fence")
            .build();

    private RvI() {}

    public static long lui(long imm) {
        return imm;
    }

    public static boolean beq(long rs1, long rs2) {
        return rs1 == rs2;
    }

    public static boolean bne(long rs1, long rs2) {
        return rs1 != rs2;
    }

    public static boolean blt(long rs1, long rs2) {
        return rs1 < rs2;
    }

    public static boolean bge(long rs1, long rs2) {
        return rs1 >= rs2;
    }

    public static boolean bltu(long rs1, long rs2) {
        return Long.compareUnsigned(rs1, rs2) < 0;
    }

    public static boolean bgeu(long rs1, long rs2) {
        return Long.compareUnsigned(rs1, rs2) >= 0;
    }

    public static long add(long rs1, long rs2) {
        return rs1 + rs2;
    }

    public static long sub(long rs1, long rs2) {
        return rs1 - rs2;
    }

    public static long slt(long rs1, long rs2) {
        return rs1 < rs2 ? 1 : 0;
    }

    public static long sltu(long rs1, long rs2) {
        return Long.compareUnsigned(rs1, rs2) < 0 ? 1 : 0;
    }

    public static long xor(long rs1, long rs2) {
        return rs1 ^ rs2;
    }

    public static long or(long rs1, long rs2) {
        return rs1 | rs2;
    }

    public static long and(long rs1, long rs2) {
        return rs1 & rs2;
    }

    /** Java's shift, like this one, counts modulo 64. */
    public static long sll(long rs1, long rs2) {
        return rs1 << rs2;
    }

    public static long srl(long rs1, long rs2) {
        return rs1 >>> rs2;
    }

    public static long sra(long rs1, long rs2) {
        return rs1 >> rs2;
    }

    public static long addw(long rs1, long rs2) {
        return (int) (rs1 + rs2);
    }

    public static long subw(long rs1, long rs2) {
        return (int) (rs1 - rs2);
    }

    /** Java's shift of an int, like this one, counts modulo 32. */
    public static long sllw(long rs1, long rs2) {
        return (int) rs1 << rs2;
    }

    public static long srlw(long rs1, long rs2) {
        return (int) rs1 >>> rs2;
    }

    public static long sraw(long rs1, long rs2) {
        return (int) rs1 >> rs2;
    }

    /**
     * Every {@code fence} is a full one: what it orders beyond its sets costs nothing that matters, and device accesses
     * happen in program order anyway.
     */
    public static void fence() {
        VarHandle.fullFence();
    }
}
