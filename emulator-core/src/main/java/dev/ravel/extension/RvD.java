package dev.ravel.extension;

import static dev.ravel.extension.NanBox.boxSingle;
import static dev.ravel.extension.NanBox.single;
import static dev.ravel.isa.Operation.Extend.SIGNED;

import dev.ravel.fp.Float32;
import dev.ravel.fp.Float64;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** D, double-precision floating point (Unprivileged, 21). */
public final class RvD {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.D, RvD.class)
            .load("fld fd, imm(rs1)", "imm[11:0] rs1 011 fd 0000111", 8, SIGNED)
            .store("fsd fs2, imm(rs1)", "imm[11:5] fs2 rs1 011 imm[4:0] 0100111", 8)
            .pure("fmadd.d fd, fs1, fs2, fs3, rm", "fs3 01 fs2 fs1 rm fd 1000011")
            .pure("fmsub.d fd, fs1, fs2, fs3, rm", "fs3 01 fs2 fs1 rm fd 1000111")
            .pure("fnmsub.d fd, fs1, fs2, fs3, rm", "fs3 01 fs2 fs1 rm fd 1001011")
            .pure("fnmadd.d fd, fs1, fs2, fs3, rm", "fs3 01 fs2 fs1 rm fd 1001111")
            .pure("fadd.d fd, fs1, fs2, rm", "0000001 fs2 fs1 rm fd 1010011")
            .pure("fsub.d fd, fs1, fs2, rm", "0000101 fs2 fs1 rm fd 1010011")
            .pure("fmul.d fd, fs1, fs2, rm", "0001001 fs2 fs1 rm fd 1010011")
            .pure("fdiv.d fd, fs1, fs2, rm", "0001101 fs2 fs1 rm fd 1010011")
            .pure("fsqrt.d fd, fs1, rm", "0101101 00000 fs1 rm fd 1010011")
            .pure("fsgnj.d fd, fs1, fs2", "0010001 fs2 fs1 000 fd 1010011")
            .pure("fsgnjn.d fd, fs1, fs2", "0010001 fs2 fs1 001 fd 1010011")
            .pure("fsgnjx.d fd, fs1, fs2", "0010001 fs2 fs1 010 fd 1010011")
            .pure("fmin.d fd, fs1, fs2", "0010101 fs2 fs1 000 fd 1010011")
            .pure("fmax.d fd, fs1, fs2", "0010101 fs2 fs1 001 fd 1010011")
            .pure("fle.d rd, fs1, fs2", "1010001 fs2 fs1 000 rd 1010011")
            .pure("flt.d rd, fs1, fs2", "1010001 fs2 fs1 001 rd 1010011")
            .pure("feq.d rd, fs1, fs2", "1010001 fs2 fs1 010 rd 1010011")
            .pure("fclass.d rd, fs1", "1110001 00000 fs1 001 rd 1010011")
            .pure("fcvt.w.d rd, fs1, rm", "1100001 00000 fs1 rm rd 1010011")
            .pure("fcvt.wu.d rd, fs1, rm", "1100001 00001 fs1 rm rd 1010011")
            .pure("fcvt.l.d rd, fs1, rm", "1100001 00010 fs1 rm rd 1010011")
            .pure("fcvt.lu.d rd, fs1, rm", "1100001 00011 fs1 rm rd 1010011")
            .pure("fcvt.d.w fd, rs1, rmexact", "1101001 00000 rs1 rmexact fd 1010011")
            .pure("fcvt.d.wu fd, rs1, rmexact", "1101001 00001 rs1 rmexact fd 1010011")
            .pure("fcvt.d.l fd, rs1, rm", "1101001 00010 rs1 rm fd 1010011")
            .pure("fcvt.d.lu fd, rs1, rm", "1101001 00011 rs1 rm fd 1010011")
            .pure("fcvt.s.d fd, fs1, rm", "0100000 00001 fs1 rm fd 1010011")
            .pure("fcvt.d.s fd, fs1, rmexact", "0100001 00000 fs1 rmexact fd 1010011")
            .pure("fmv.x.d rd, fs1", "1110001 00000 fs1 000 rd 1010011")
            .pure("fmv.d.x fd, rs1", "1111001 00000 rs1 000 fd 1010011")
            .build();

    private RvD() {}

    public static long fmaddD(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return Float64.fma(status, fs1, fs2, fs3, rm);
    }

    public static long fmsubD(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return Float64.fma(status, fs1, fs2, Float64.negate(fs3), rm);
    }

    /** {@code -(fs1 * fs2) + fs3}. */
    public static long fnmsubD(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return Float64.fma(status, Float64.negate(fs1), fs2, fs3, rm);
    }

    /** {@code -(fs1 * fs2) - fs3}. */
    public static long fnmaddD(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return Float64.fma(status, Float64.negate(fs1), fs2, Float64.negate(fs3), rm);
    }

    public static long faddD(FloatStatus status, long fs1, long fs2, int rm) {
        return Float64.add(status, fs1, fs2, rm);
    }

    public static long fsubD(FloatStatus status, long fs1, long fs2, int rm) {
        return Float64.sub(status, fs1, fs2, rm);
    }

    public static long fmulD(FloatStatus status, long fs1, long fs2, int rm) {
        return Float64.mul(status, fs1, fs2, rm);
    }

    public static long fdivD(FloatStatus status, long fs1, long fs2, int rm) {
        return Float64.div(status, fs1, fs2, rm);
    }

    public static long fsqrtD(FloatStatus status, long fs1, int rm) {
        return Float64.sqrt(status, fs1, rm);
    }

    public static long fsgnjD(long fs1, long fs2) {
        return Float64.copySign(fs1, fs2);
    }

    public static long fsgnjnD(long fs1, long fs2) {
        return Float64.copySign(fs1, Float64.negate(fs2));
    }

    public static long fsgnjxD(long fs1, long fs2) {
        return Float64.copySign(fs1, fs1 ^ fs2);
    }

    public static long fminD(FloatStatus status, long fs1, long fs2) {
        return Float64.min(status, fs1, fs2);
    }

    public static long fmaxD(FloatStatus status, long fs1, long fs2) {
        return Float64.max(status, fs1, fs2);
    }

    public static long fleD(FloatStatus status, long fs1, long fs2) {
        return Float64.le(status, fs1, fs2);
    }

    public static long fltD(FloatStatus status, long fs1, long fs2) {
        return Float64.lt(status, fs1, fs2);
    }

    public static long feqD(FloatStatus status, long fs1, long fs2) {
        return Float64.eq(status, fs1, fs2);
    }

    public static long fclassD(long fs1) {
        return Float64.classify(fs1);
    }

    public static long fcvtWD(FloatStatus status, long fs1, int rm) {
        return Float64.toInt32(status, fs1, rm);
    }

    public static long fcvtWuD(FloatStatus status, long fs1, int rm) {
        return Float64.toUnsignedInt32(status, fs1, rm);
    }

    public static long fcvtLD(FloatStatus status, long fs1, int rm) {
        return Float64.toInt64(status, fs1, rm);
    }

    public static long fcvtLuD(FloatStatus status, long fs1, int rm) {
        return Float64.toUnsignedInt64(status, fs1, rm);
    }

    public static long fcvtDW(FloatStatus status, long rs1, int rm) {
        return Float64.fromInt64(status, (int) rs1, rm);
    }

    public static long fcvtDWu(FloatStatus status, long rs1, int rm) {
        return Float64.fromInt64(status, rs1 & 0xffff_ffffL, rm);
    }

    public static long fcvtDL(FloatStatus status, long rs1, int rm) {
        return Float64.fromInt64(status, rs1, rm);
    }

    public static long fcvtDLu(FloatStatus status, long rs1, int rm) {
        return Float64.fromUnsignedInt64(status, rs1, rm);
    }

    public static long fcvtSD(FloatStatus status, long fs1, int rm) {
        return boxSingle(Float32.fromFloat64(status, fs1, rm));
    }

    /** Exact in every rounding mode, but the mode has to be a valid one. */
    public static long fcvtDS(FloatStatus status, long fs1, int rm) {
        return Float64.fromFloat32(status, single(fs1));
    }

    public static long fmvXD(long fs1) {
        return fs1;
    }

    public static long fmvDX(long rs1) {
        return rs1;
    }
}
