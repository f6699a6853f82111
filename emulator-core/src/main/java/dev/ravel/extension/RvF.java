package dev.ravel.extension;

import static dev.ravel.extension.NanBox.boxSingle;
import static dev.ravel.extension.NanBox.single;
import static dev.ravel.isa.Operation.Extend.BOXED;

import dev.ravel.fp.Float32;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** F, single-precision floating point (Unprivileged, 20). */
public final class RvF {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.F, RvF.class)
            .load("flw fd, imm(rs1)", "imm[11:0] rs1 010 fd 0000111", 4, BOXED)
            .store("fsw fs2, imm(rs1)", "imm[11:5] fs2 rs1 010 imm[4:0] 0100111", 4)
            .pure("fmadd.s fd, fs1, fs2, fs3, rm", "fs3 00 fs2 fs1 rm fd 1000011")
            .pure("fmsub.s fd, fs1, fs2, fs3, rm", "fs3 00 fs2 fs1 rm fd 1000111")
            .pure("fnmsub.s fd, fs1, fs2, fs3, rm", "fs3 00 fs2 fs1 rm fd 1001011")
            .pure("fnmadd.s fd, fs1, fs2, fs3, rm", "fs3 00 fs2 fs1 rm fd 1001111")
            .pure("fadd.s fd, fs1, fs2, rm", "0000000 fs2 fs1 rm fd 1010011")
            .pure("fsub.s fd, fs1, fs2, rm", "0000100 fs2 fs1 rm fd 1010011")
            .pure("fmul.s fd, fs1, fs2, rm", "0001000 fs2 fs1 rm fd 1010011")
            .pure("fdiv.s fd, fs1, fs2, rm", "0001100 fs2 fs1 rm fd 1010011")
            .pure("fsqrt.s fd, fs1, rm", "0101100 00000 fs1 rm fd 1010011")
            .pure("fsgnj.s fd, fs1, fs2", "0010000 fs2 fs1 000 fd 1010011")
            .pure("fsgnjn.s fd, fs1, fs2", "0010000 fs2 fs1 001 fd 1010011")
            .pure("fsgnjx.s fd, fs1, fs2", "0010000 fs2 fs1 010 fd 1010011")
            .pure("fmin.s fd, fs1, fs2", "0010100 fs2 fs1 000 fd 1010011")
            .pure("fmax.s fd, fs1, fs2", "0010100 fs2 fs1 001 fd 1010011")
            .pure("fle.s rd, fs1, fs2", "1010000 fs2 fs1 000 rd 1010011")
            .pure("flt.s rd, fs1, fs2", "1010000 fs2 fs1 001 rd 1010011")
            .pure("feq.s rd, fs1, fs2", "1010000 fs2 fs1 010 rd 1010011")
            .pure("fclass.s rd, fs1", "1110000 00000 fs1 001 rd 1010011")
            .pure("fcvt.w.s rd, fs1, rm", "1100000 00000 fs1 rm rd 1010011")
            .pure("fcvt.wu.s rd, fs1, rm", "1100000 00001 fs1 rm rd 1010011")
            .pure("fcvt.l.s rd, fs1, rm", "1100000 00010 fs1 rm rd 1010011")
            .pure("fcvt.lu.s rd, fs1, rm", "1100000 00011 fs1 rm rd 1010011")
            .pure("fcvt.s.w fd, rs1, rm", "1101000 00000 rs1 rm fd 1010011")
            .pure("fcvt.s.wu fd, rs1, rm", "1101000 00001 rs1 rm fd 1010011")
            .pure("fcvt.s.l fd, rs1, rm", "1101000 00010 rs1 rm fd 1010011")
            .pure("fcvt.s.lu fd, rs1, rm", "1101000 00011 rs1 rm fd 1010011")
            .pure("fmv.x.w rd, fs1", "1110000 00000 fs1 000 rd 1010011")
            .pure("fmv.w.x fd, rs1", "1111000 00000 rs1 000 fd 1010011")
            .build();

    private RvF() {}

    public static long fmaddS(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxSingle(Float32.fma(status, single(fs1), single(fs2), single(fs3), rm));
    }

    public static long fmsubS(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxSingle(Float32.fma(status, single(fs1), single(fs2), Float32.negate(single(fs3)), rm));
    }

    /** {@code -(fs1 * fs2) + fs3}. */
    public static long fnmsubS(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxSingle(Float32.fma(status, Float32.negate(single(fs1)), single(fs2), single(fs3), rm));
    }

    /** {@code -(fs1 * fs2) - fs3}. */
    public static long fnmaddS(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxSingle(
                Float32.fma(status, Float32.negate(single(fs1)), single(fs2), Float32.negate(single(fs3)), rm));
    }

    public static long faddS(FloatStatus status, long fs1, long fs2, int rm) {
        return boxSingle(Float32.add(status, single(fs1), single(fs2), rm));
    }

    public static long fsubS(FloatStatus status, long fs1, long fs2, int rm) {
        return boxSingle(Float32.sub(status, single(fs1), single(fs2), rm));
    }

    public static long fmulS(FloatStatus status, long fs1, long fs2, int rm) {
        return boxSingle(Float32.mul(status, single(fs1), single(fs2), rm));
    }

    public static long fdivS(FloatStatus status, long fs1, long fs2, int rm) {
        return boxSingle(Float32.div(status, single(fs1), single(fs2), rm));
    }

    public static long fsqrtS(FloatStatus status, long fs1, int rm) {
        return boxSingle(Float32.sqrt(status, single(fs1), rm));
    }

    public static long fsgnjS(long fs1, long fs2) {
        return boxSingle(Float32.copySign(single(fs1), single(fs2)));
    }

    public static long fsgnjnS(long fs1, long fs2) {
        return boxSingle(Float32.copySign(single(fs1), Float32.negate(single(fs2))));
    }

    public static long fsgnjxS(long fs1, long fs2) {
        return boxSingle(Float32.copySign(single(fs1), single(fs1) ^ single(fs2)));
    }

    public static long fminS(FloatStatus status, long fs1, long fs2) {
        return boxSingle(Float32.min(status, single(fs1), single(fs2)));
    }

    public static long fmaxS(FloatStatus status, long fs1, long fs2) {
        return boxSingle(Float32.max(status, single(fs1), single(fs2)));
    }

    public static long fleS(FloatStatus status, long fs1, long fs2) {
        return Float32.le(status, single(fs1), single(fs2));
    }

    public static long fltS(FloatStatus status, long fs1, long fs2) {
        return Float32.lt(status, single(fs1), single(fs2));
    }

    public static long feqS(FloatStatus status, long fs1, long fs2) {
        return Float32.eq(status, single(fs1), single(fs2));
    }

    public static long fclassS(long fs1) {
        return Float32.classify(single(fs1));
    }

    public static long fcvtWS(FloatStatus status, long fs1, int rm) {
        return Float32.toInt32(status, single(fs1), rm);
    }

    public static long fcvtWuS(FloatStatus status, long fs1, int rm) {
        return Float32.toUnsignedInt32(status, single(fs1), rm);
    }

    public static long fcvtLS(FloatStatus status, long fs1, int rm) {
        return Float32.toInt64(status, single(fs1), rm);
    }

    public static long fcvtLuS(FloatStatus status, long fs1, int rm) {
        return Float32.toUnsignedInt64(status, single(fs1), rm);
    }

    public static long fcvtSW(FloatStatus status, long rs1, int rm) {
        return boxSingle(Float32.fromInt64(status, (int) rs1, rm));
    }

    public static long fcvtSWu(FloatStatus status, long rs1, int rm) {
        return boxSingle(Float32.fromInt64(status, rs1 & 0xffff_ffffL, rm));
    }

    public static long fcvtSL(FloatStatus status, long rs1, int rm) {
        return boxSingle(Float32.fromInt64(status, rs1, rm));
    }

    public static long fcvtSLu(FloatStatus status, long rs1, int rm) {
        return boxSingle(Float32.fromUnsignedInt64(status, rs1, rm));
    }

    /** The low bits as they are, boxed or not, sign-extended. */
    public static long fmvXW(long fs1) {
        return (int) fs1;
    }

    public static long fmvWX(long rs1) {
        return boxSingle((int) rs1);
    }
}
