package dev.ravel.extension;

import static dev.ravel.extension.NanBox.boxHalf;
import static dev.ravel.extension.NanBox.boxSingle;
import static dev.ravel.extension.NanBox.half;
import static dev.ravel.extension.NanBox.single;

import dev.ravel.fp.Float16;
import dev.ravel.fp.Float32;
import dev.ravel.fp.Float64;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;
import java.util.function.DoubleToLongFunction;
import java.util.stream.DoubleStream;

/** Zfa, additional floating-point instructions (Unprivileged, 25). */
public final class Zfa {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZFA, Zfa.class)
            .pure("fli.s fd, constant", "1111000 00001 constant 000 fd 1010011")
            .pure("fminm.s fd, fs1, fs2", "0010100 fs2 fs1 010 fd 1010011")
            .pure("fmaxm.s fd, fs1, fs2", "0010100 fs2 fs1 011 fd 1010011")
            .pure("fround.s fd, fs1, rm", "0100000 00100 fs1 rm fd 1010011")
            .pure("froundnx.s fd, fs1, rm", "0100000 00101 fs1 rm fd 1010011")
            .pure("fleq.s rd, fs1, fs2", "1010000 fs2 fs1 100 rd 1010011")
            .pure("fltq.s rd, fs1, fs2", "1010000 fs2 fs1 101 rd 1010011")
            .pure("fli.d fd, constant", "1111001 00001 constant 000 fd 1010011")
            .pure("fminm.d fd, fs1, fs2", "0010101 fs2 fs1 010 fd 1010011")
            .pure("fmaxm.d fd, fs1, fs2", "0010101 fs2 fs1 011 fd 1010011")
            .pure("fround.d fd, fs1, rm", "0100001 00100 fs1 rm fd 1010011")
            .pure("froundnx.d fd, fs1, rm", "0100001 00101 fs1 rm fd 1010011")
            .pure("fleq.d rd, fs1, fs2", "1010001 fs2 fs1 100 rd 1010011")
            .pure("fltq.d rd, fs1, fs2", "1010001 fs2 fs1 101 rd 1010011")
            .pure("fli.h fd, constant", "1111010 00001 constant 000 fd 1010011")
            .pure("fminm.h fd, fs1, fs2", "0010110 fs2 fs1 010 fd 1010011")
            .pure("fmaxm.h fd, fs1, fs2", "0010110 fs2 fs1 011 fd 1010011")
            .pure("fround.h fd, fs1, rm", "0100010 00100 fs1 rm fd 1010011")
            .pure("froundnx.h fd, fs1, rm", "0100010 00101 fs1 rm fd 1010011")
            .pure("fleq.h rd, fs1, fs2", "1010010 fs2 fs1 100 rd 1010011")
            .pure("fltq.h rd, fs1, fs2", "1010010 fs2 fs1 101 rd 1010011")
            .pure("fcvtmod.w.d rd, fs1, rtz", "1100001 01000 fs1 rtz rd 1010011")
            .build();

    /** What {@code fli} loads (Unprivileged, 25.1); the second is the least normal number of the format instead. */
    private static final double[] CONSTANTS = {
        -1.0,
        0,
        0x1p-16,
        0x1p-15,
        0x1p-8,
        0x1p-7,
        0.0625,
        0.125, //
        0.25,
        0.3125,
        0.375,
        0.4375,
        0.5,
        0.625,
        0.75,
        0.875, //
        1.0,
        1.25,
        1.5,
        1.75,
        2.0,
        2.5,
        3.0,
        4.0, //
        8.0,
        16.0,
        128.0,
        256.0,
        0x1p15,
        0x1p16,
        Double.POSITIVE_INFINITY,
        Double.NaN
    };

    private static final long[] DOUBLES = constants(Double.MIN_NORMAL, Double::doubleToLongBits);

    private static final long[] SINGLES = constants(
            Float.MIN_NORMAL,
            value ->
                    boxSingle(Float32.fromFloat64(new FloatStatus(), Double.doubleToLongBits(value), FloatStatus.RNE)));

    /** 2<sup>-16</sup> and 2<sup>-15</sup> are subnormal here, and 2<sup>16</sup> becomes infinity. */
    private static final long[] HALVES = constants(
            0x1p-14,
            value -> boxHalf(Float16.fromFloat64(new FloatStatus(), Double.doubleToLongBits(value), FloatStatus.RNE)));

    private Zfa() {}

    private static long[] constants(double leastNormal, DoubleToLongFunction encoding) {
        double[] values = CONSTANTS.clone();
        values[1] = leastNormal;
        return DoubleStream.of(values).mapToLong(encoding).toArray();
    }

    public static long fliS(long constant) {
        return SINGLES[(int) constant];
    }

    public static long fminmS(FloatStatus status, long fs1, long fs2) {
        return boxSingle(Float32.minm(status, single(fs1), single(fs2)));
    }

    public static long fmaxmS(FloatStatus status, long fs1, long fs2) {
        return boxSingle(Float32.maxm(status, single(fs1), single(fs2)));
    }

    public static long froundS(FloatStatus status, long fs1, int rm) {
        return boxSingle(Float32.round(status, single(fs1), rm));
    }

    public static long froundnxS(FloatStatus status, long fs1, int rm) {
        return boxSingle(Float32.roundExact(status, single(fs1), rm));
    }

    public static long fleqS(FloatStatus status, long fs1, long fs2) {
        return Float32.leq(status, single(fs1), single(fs2));
    }

    public static long fltqS(FloatStatus status, long fs1, long fs2) {
        return Float32.ltq(status, single(fs1), single(fs2));
    }

    public static long fliD(long constant) {
        return DOUBLES[(int) constant];
    }

    public static long fminmD(FloatStatus status, long fs1, long fs2) {
        return Float64.minm(status, fs1, fs2);
    }

    public static long fmaxmD(FloatStatus status, long fs1, long fs2) {
        return Float64.maxm(status, fs1, fs2);
    }

    public static long froundD(FloatStatus status, long fs1, int rm) {
        return Float64.round(status, fs1, rm);
    }

    public static long froundnxD(FloatStatus status, long fs1, int rm) {
        return Float64.roundExact(status, fs1, rm);
    }

    public static long fleqD(FloatStatus status, long fs1, long fs2) {
        return Float64.leq(status, fs1, fs2);
    }

    public static long fltqD(FloatStatus status, long fs1, long fs2) {
        return Float64.ltq(status, fs1, fs2);
    }

    public static long fliH(long constant) {
        return HALVES[(int) constant];
    }

    public static long fminmH(FloatStatus status, long fs1, long fs2) {
        return boxHalf(Float16.minm(status, half(fs1), half(fs2)));
    }

    public static long fmaxmH(FloatStatus status, long fs1, long fs2) {
        return boxHalf(Float16.maxm(status, half(fs1), half(fs2)));
    }

    public static long froundH(FloatStatus status, long fs1, int rm) {
        return boxHalf(Float16.round(status, half(fs1), rm));
    }

    public static long froundnxH(FloatStatus status, long fs1, int rm) {
        return boxHalf(Float16.roundExact(status, half(fs1), rm));
    }

    public static long fleqH(FloatStatus status, long fs1, long fs2) {
        return Float16.leq(status, half(fs1), half(fs2));
    }

    public static long fltqH(FloatStatus status, long fs1, long fs2) {
        return Float16.ltq(status, half(fs1), half(fs2));
    }

    /** Defined for rounding towards zero only; every other mode is reserved. */
    public static long fcvtmodWD(FloatStatus status, long fs1) {
        return Float64.toInt32Modular(status, fs1);
    }
}
