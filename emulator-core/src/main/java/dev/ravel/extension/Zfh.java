package dev.ravel.extension;

import static dev.ravel.extension.NanBox.boxHalf;
import static dev.ravel.extension.NanBox.half;

import dev.ravel.fp.Float16;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zfh, half-precision floating point (Unprivileged, 23), without what {@link Zfhmin} has. */
public final class Zfh {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZFH, Zfh.class)
            .pure("fmadd.h fd, fs1, fs2, fs3, rm", "fs3 10 fs2 fs1 rm fd 1000011")
            .pure("fmsub.h fd, fs1, fs2, fs3, rm", "fs3 10 fs2 fs1 rm fd 1000111")
            .pure("fnmsub.h fd, fs1, fs2, fs3, rm", "fs3 10 fs2 fs1 rm fd 1001011")
            .pure("fnmadd.h fd, fs1, fs2, fs3, rm", "fs3 10 fs2 fs1 rm fd 1001111")
            .pure("fadd.h fd, fs1, fs2, rm", "0000010 fs2 fs1 rm fd 1010011")
            .pure("fsub.h fd, fs1, fs2, rm", "0000110 fs2 fs1 rm fd 1010011")
            .pure("fmul.h fd, fs1, fs2, rm", "0001010 fs2 fs1 rm fd 1010011")
            .pure("fdiv.h fd, fs1, fs2, rm", "0001110 fs2 fs1 rm fd 1010011")
            .pure("fsqrt.h fd, fs1, rm", "0101110 00000 fs1 rm fd 1010011")
            .pure("fsgnj.h fd, fs1, fs2", "0010010 fs2 fs1 000 fd 1010011")
            .pure("fsgnjn.h fd, fs1, fs2", "0010010 fs2 fs1 001 fd 1010011")
            .pure("fsgnjx.h fd, fs1, fs2", "0010010 fs2 fs1 010 fd 1010011")
            .pure("fmin.h fd, fs1, fs2", "0010110 fs2 fs1 000 fd 1010011")
            .pure("fmax.h fd, fs1, fs2", "0010110 fs2 fs1 001 fd 1010011")
            .pure("fle.h rd, fs1, fs2", "1010010 fs2 fs1 000 rd 1010011")
            .pure("flt.h rd, fs1, fs2", "1010010 fs2 fs1 001 rd 1010011")
            .pure("feq.h rd, fs1, fs2", "1010010 fs2 fs1 010 rd 1010011")
            .pure("fclass.h rd, fs1", "1110010 00000 fs1 001 rd 1010011")
            .pure("fcvt.w.h rd, fs1, rm", "1100010 00000 fs1 rm rd 1010011")
            .pure("fcvt.wu.h rd, fs1, rm", "1100010 00001 fs1 rm rd 1010011")
            .pure("fcvt.l.h rd, fs1, rm", "1100010 00010 fs1 rm rd 1010011")
            .pure("fcvt.lu.h rd, fs1, rm", "1100010 00011 fs1 rm rd 1010011")
            .pure("fcvt.h.w fd, rs1, rm", "1101010 00000 rs1 rm fd 1010011")
            .pure("fcvt.h.wu fd, rs1, rm", "1101010 00001 rs1 rm fd 1010011")
            .pure("fcvt.h.l fd, rs1, rm", "1101010 00010 rs1 rm fd 1010011")
            .pure("fcvt.h.lu fd, rs1, rm", "1101010 00011 rs1 rm fd 1010011")
            .build();

    private Zfh() {}

    public static long fmaddH(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxHalf(Float16.fma(status, half(fs1), half(fs2), half(fs3), rm));
    }

    public static long fmsubH(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxHalf(Float16.fma(status, half(fs1), half(fs2), Float16.negate(half(fs3)), rm));
    }

    /** {@code -(fs1 * fs2) + fs3}. */
    public static long fnmsubH(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxHalf(Float16.fma(status, Float16.negate(half(fs1)), half(fs2), half(fs3), rm));
    }

    /** {@code -(fs1 * fs2) - fs3}. */
    public static long fnmaddH(FloatStatus status, long fs1, long fs2, long fs3, int rm) {
        return boxHalf(Float16.fma(status, Float16.negate(half(fs1)), half(fs2), Float16.negate(half(fs3)), rm));
    }

    public static long faddH(FloatStatus status, long fs1, long fs2, int rm) {
        return boxHalf(Float16.add(status, half(fs1), half(fs2), rm));
    }

    public static long fsubH(FloatStatus status, long fs1, long fs2, int rm) {
        return boxHalf(Float16.sub(status, half(fs1), half(fs2), rm));
    }

    public static long fmulH(FloatStatus status, long fs1, long fs2, int rm) {
        return boxHalf(Float16.mul(status, half(fs1), half(fs2), rm));
    }

    public static long fdivH(FloatStatus status, long fs1, long fs2, int rm) {
        return boxHalf(Float16.div(status, half(fs1), half(fs2), rm));
    }

    public static long fsqrtH(FloatStatus status, long fs1, int rm) {
        return boxHalf(Float16.sqrt(status, half(fs1), rm));
    }

    public static long fsgnjH(long fs1, long fs2) {
        return boxHalf(Float16.copySign(half(fs1), half(fs2)));
    }

    public static long fsgnjnH(long fs1, long fs2) {
        return boxHalf(Float16.copySign(half(fs1), Float16.negate(half(fs2))));
    }

    public static long fsgnjxH(long fs1, long fs2) {
        return boxHalf(Float16.copySign(half(fs1), half(fs1) ^ half(fs2)));
    }

    public static long fminH(FloatStatus status, long fs1, long fs2) {
        return boxHalf(Float16.min(status, half(fs1), half(fs2)));
    }

    public static long fmaxH(FloatStatus status, long fs1, long fs2) {
        return boxHalf(Float16.max(status, half(fs1), half(fs2)));
    }

    public static long fleH(FloatStatus status, long fs1, long fs2) {
        return Float16.le(status, half(fs1), half(fs2));
    }

    public static long fltH(FloatStatus status, long fs1, long fs2) {
        return Float16.lt(status, half(fs1), half(fs2));
    }

    public static long feqH(FloatStatus status, long fs1, long fs2) {
        return Float16.eq(status, half(fs1), half(fs2));
    }

    public static long fclassH(long fs1) {
        return Float16.classify(half(fs1));
    }

    public static long fcvtWH(FloatStatus status, long fs1, int rm) {
        return Float16.toInt32(status, half(fs1), rm);
    }

    public static long fcvtWuH(FloatStatus status, long fs1, int rm) {
        return Float16.toUnsignedInt32(status, half(fs1), rm);
    }

    public static long fcvtLH(FloatStatus status, long fs1, int rm) {
        return Float16.toInt64(status, half(fs1), rm);
    }

    public static long fcvtLuH(FloatStatus status, long fs1, int rm) {
        return Float16.toUnsignedInt64(status, half(fs1), rm);
    }

    public static long fcvtHW(FloatStatus status, long rs1, int rm) {
        return boxHalf(Float16.fromInt64(status, (int) rs1, rm));
    }

    public static long fcvtHWu(FloatStatus status, long rs1, int rm) {
        return boxHalf(Float16.fromInt64(status, rs1 & 0xffff_ffffL, rm));
    }

    public static long fcvtHL(FloatStatus status, long rs1, int rm) {
        return boxHalf(Float16.fromInt64(status, rs1, rm));
    }

    public static long fcvtHLu(FloatStatus status, long rs1, int rm) {
        return boxHalf(Float16.fromUnsignedInt64(status, rs1, rm));
    }
}
