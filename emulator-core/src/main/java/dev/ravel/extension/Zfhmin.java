package dev.ravel.extension;

import static dev.ravel.extension.NanBox.boxHalf;
import static dev.ravel.extension.NanBox.boxSingle;
import static dev.ravel.extension.NanBox.half;
import static dev.ravel.extension.NanBox.single;
import static dev.ravel.isa.Operation.Extend.BOXED;

import dev.ravel.fp.Float16;
import dev.ravel.fp.Float32;
import dev.ravel.fp.Float64;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zfhmin, half precision as a storage format: loads, stores, moves and conversions (Unprivileged, 23). */
public final class Zfhmin {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZFHMIN, Zfhmin.class)
            .load("flh fd, imm(rs1)", "imm[11:0] rs1 001 fd 0000111", 2, BOXED)
            .store("fsh fs2, imm(rs1)", "imm[11:5] fs2 rs1 001 imm[4:0] 0100111", 2)
            .pure("fcvt.h.s fd, fs1, rm", "0100010 00000 fs1 rm fd 1010011")
            .pure("fcvt.s.h fd, fs1, rmexact", "0100000 00010 fs1 rmexact fd 1010011")
            .pure("fcvt.h.d fd, fs1, rm", "0100010 00001 fs1 rm fd 1010011")
            .pure("fcvt.d.h fd, fs1, rmexact", "0100001 00010 fs1 rmexact fd 1010011")
            .pure("fmv.x.h rd, fs1", "1110010 00000 fs1 000 rd 1010011")
            .pure("fmv.h.x fd, rs1", "1111010 00000 rs1 000 fd 1010011")
            .build();

    private Zfhmin() {}

    public static long fcvtHS(FloatStatus status, long fs1, int rm) {
        return boxHalf(Float16.fromFloat32(status, single(fs1), rm));
    }

    /** Exact in every rounding mode, but the mode has to be a valid one. */
    public static long fcvtSH(FloatStatus status, long fs1, int rm) {
        return boxSingle(Float32.fromFloat16(status, half(fs1)));
    }

    public static long fcvtHD(FloatStatus status, long fs1, int rm) {
        return boxHalf(Float16.fromFloat64(status, fs1, rm));
    }

    /** Exact in every rounding mode, but the mode has to be a valid one. */
    public static long fcvtDH(FloatStatus status, long fs1, int rm) {
        return Float64.fromFloat16(status, half(fs1));
    }

    /** The low bits as they are, boxed or not, sign-extended. */
    public static long fmvXH(long fs1) {
        return (short) fs1;
    }

    public static long fmvHX(long rs1) {
        return boxHalf((int) rs1);
    }
}
