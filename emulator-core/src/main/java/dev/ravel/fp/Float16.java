package dev.ravel.fp;

import static dev.ravel.fp.Format.HALF;

/**
 * Half precision (binary16) on raw encodings in the low 16 bits of an {@code int}, zeros above.
 *
 * <p>All arithmetic is the host's in double precision, rounded once more to half precision ({@link ViaDouble}).
 *
 * <p>Everywhere {@code rm} is a rounding mode from 0 to 4; comparisons and predicates give 0 or 1; a NaN that comes out
 * of arithmetic is the canonical one.
 */
public final class Float16 {
    /** The canonical NaN. */
    public static final int NAN = 0x7e00;

    private static final int SIGN = 0x8000;
    private static final int MAGNITUDE = 0x7fff;
    private static final int INFINITY = 0x7c00;
    private static final int QUIET = 1 << 9;

    private Float16() {}

    /** {@code a + b}. */
    public static int add(FloatStatus status, int a, int b, int rm) {
        if (isNaN(a) || isNaN(b)) {
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.add(HALF, status, toDouble(a), toDouble(b), rm);
    }

    /** {@code a - b}. */
    public static int sub(FloatStatus status, int a, int b, int rm) {
        return add(status, a, b ^ SIGN, rm);
    }

    /** {@code a * b}. */
    public static int mul(FloatStatus status, int a, int b, int rm) {
        if (isNaN(a) || isNaN(b)) {
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.mul(HALF, status, toDouble(a), toDouble(b), rm);
    }

    /** {@code a / b}. */
    public static int div(FloatStatus status, int a, int b, int rm) {
        if (isNaN(a) || isNaN(b)) {
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.div(HALF, status, toDouble(a), toDouble(b), rm);
    }

    /** The square root of {@code a}. */
    public static int sqrt(FloatStatus status, int a, int rm) {
        return isNaN(a) ? propagateNaN(status, a, a) : (int) ViaDouble.sqrt(HALF, status, toDouble(a), rm);
    }

    /** {@code a * b + c} with one rounding. Negate {@code a} or {@code c} for the other three forms. */
    public static int fma(FloatStatus status, int a, int b, int c, int rm) {
        double x = toDouble(a);
        double y = toDouble(b);
        if (isNaN(a) || isNaN(b) || isNaN(c)) {
            if (isSignaling(c) || ViaDouble.isZeroTimesInfinity(x, y)) {
                status.raise(FloatStatus.NV);
            }
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.fma(HALF, status, x, y, toDouble(c), rm);
    }

    /** {@code -a}, also of a NaN. */
    public static int negate(int a) {
        return a ^ SIGN;
    }

    /** {@code a} with the sign of {@code b} ({@code fsgnj.h}). */
    public static int copySign(int a, int b) {
        return a & MAGNITUDE | b & SIGN;
    }

    /** {@code minimumNumber} of IEEE 754-2019: −0 is less than +0, a NaN loses to a number. */
    public static int min(FloatStatus status, int a, int b) {
        if (isNaN(a) || isNaN(b)) {
            return numberOf(status, a, b);
        }
        return orderOf(a) <= orderOf(b) ? a : b;
    }

    /** {@code maximumNumber} of IEEE 754-2019: −0 is less than +0, a NaN loses to a number. */
    public static int max(FloatStatus status, int a, int b) {
        if (isNaN(a) || isNaN(b)) {
            return numberOf(status, a, b);
        }
        return orderOf(a) >= orderOf(b) ? a : b;
    }

    /** {@code minimum} of IEEE 754-2019, as {@link #min} but a NaN wins ({@code fminm.h}). */
    public static int minm(FloatStatus status, int a, int b) {
        return isNaN(a) || isNaN(b) ? propagateNaN(status, a, b) : min(status, a, b);
    }

    /** {@code maximum} of IEEE 754-2019, as {@link #max} but a NaN wins ({@code fmaxm.h}). */
    public static int maxm(FloatStatus status, int a, int b) {
        return isNaN(a) || isNaN(b) ? propagateNaN(status, a, b) : max(status, a, b);
    }

    /** {@code a == b}; invalid only for a signaling NaN. */
    public static long eq(FloatStatus status, int a, int b) {
        if (toFloat(a) == toFloat(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** {@code a < b}; invalid for any NaN. */
    public static long lt(FloatStatus status, int a, int b) {
        float x = toFloat(a);
        float y = toFloat(b);
        if (x < y) {
            return 1;
        }
        if (!(x >= y)) {
            status.raise(FloatStatus.NV);
        }
        return 0;
    }

    /** {@code a <= b}; invalid for any NaN. */
    public static long le(FloatStatus status, int a, int b) {
        float x = toFloat(a);
        float y = toFloat(b);
        if (x <= y) {
            return 1;
        }
        if (!(x > y)) {
            status.raise(FloatStatus.NV);
        }
        return 0;
    }

    /** {@code a < b}; invalid only for a signaling NaN ({@code fltq.h}). */
    public static long ltq(FloatStatus status, int a, int b) {
        if (toFloat(a) < toFloat(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** {@code a <= b}; invalid only for a signaling NaN ({@code fleq.h}). */
    public static long leq(FloatStatus status, int a, int b) {
        if (toFloat(a) <= toFloat(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** The class of {@code a} as one bit of ten ({@code fclass.h}; Unprivileged, 20.9). */
    public static long classify(int a) {
        return HALF.classify(a);
    }

    /** {@code a} rounded to an integral number; NX is not raised ({@code fround.h}). */
    public static int round(FloatStatus status, int a, int rm) {
        if (isNaN(a)) {
            return propagateNaN(status, a, a);
        }
        return (int) HALF.narrow(status, Integral.round(toDouble(a), rm), rm);
    }

    /** {@code a} rounded to an integral number, NX raised if that changes it ({@code froundnx.h}). */
    public static int roundExact(FloatStatus status, int a, int rm) {
        int rounded = round(status, a, rm);
        if (rounded != a && !isNaN(a)) {
            status.raise(FloatStatus.NX);
        }
        return rounded;
    }

    /** The 32-bit signed integer of {@code a}, sign-extended; saturates and raises NV out of range. */
    public static long toInt32(FloatStatus status, int a, int rm) {
        return Integral.toInt32(status, toDouble(a), rm);
    }

    /**
     * The 32-bit unsigned integer of {@code a}, sign-extended as in a register; saturates and raises NV out of
     * range.
     */
    public static long toUnsignedInt32(FloatStatus status, int a, int rm) {
        return Integral.toUnsignedInt32(status, toDouble(a), rm);
    }

    /** The 64-bit signed integer of {@code a}; saturates and raises NV out of range. */
    public static long toInt64(FloatStatus status, int a, int rm) {
        return Integral.toInt64(status, toDouble(a), rm);
    }

    /** The 64-bit unsigned integer of {@code a}; saturates and raises NV out of range. */
    public static long toUnsignedInt64(FloatStatus status, int a, int rm) {
        return Integral.toUnsignedInt64(status, toDouble(a), rm);
    }

    /** The half-precision number nearest to a signed integer. For 32-bit integers, extend them. */
    public static int fromInt64(FloatStatus status, long value, int rm) {
        return (int) HALF.fromInt64(status, value, rm);
    }

    /** The half-precision number nearest to an unsigned integer. */
    public static int fromUnsignedInt64(FloatStatus status, long value, int rm) {
        return (int) HALF.fromUnsignedInt64(status, value, rm);
    }

    /** A double rounded to half precision. */
    public static int fromFloat64(FloatStatus status, long a, int rm) {
        return Float64.isNaN(a)
                ? nanOfOther(status, Float64.isSignaling(a))
                : (int) HALF.narrow(status, Double.longBitsToDouble(a), rm);
    }

    /** A single-precision number rounded to half precision. */
    public static int fromFloat32(FloatStatus status, int a, int rm) {
        return Float32.isNaN(a)
                ? nanOfOther(status, Float32.isSignaling(a))
                : (int) HALF.narrow(status, Float32.toDouble(a), rm);
    }

    /** Whether {@code a} is a NaN. */
    public static boolean isNaN(int a) {
        return (a & MAGNITUDE) > INFINITY;
    }

    /** Whether {@code a} is a signaling NaN. */
    public static boolean isSignaling(int a) {
        return isNaN(a) && (a & QUIET) == 0;
    }

    /** The same number as a double; a NaN stays one, but may lose that it is signaling. */
    static double toDouble(int a) {
        return toFloat(a);
    }

    private static float toFloat(int a) {
        return Float.float16ToFloat((short) a);
    }

    private static int propagateNaN(FloatStatus status, int a, int b) {
        raiseIfSignaling(status, a, b);
        return NAN;
    }

    private static void raiseIfSignaling(FloatStatus status, int a, int b) {
        if (isSignaling(a) || isSignaling(b)) {
            status.raise(FloatStatus.NV);
        }
    }

    private static int numberOf(FloatStatus status, int a, int b) {
        raiseIfSignaling(status, a, b);
        if (!isNaN(a)) {
            return a;
        }
        return isNaN(b) ? NAN : b;
    }

    /** A key that orders numbers as integers, −0 before +0. */
    private static int orderOf(int a) {
        int signed = (short) a;
        return signed ^ (signed >> 31) >>> 17;
    }

    private static int nanOfOther(FloatStatus status, boolean signaling) {
        if (signaling) {
            status.raise(FloatStatus.NV);
        }
        return NAN;
    }
}
