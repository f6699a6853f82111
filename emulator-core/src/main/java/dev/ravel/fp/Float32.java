package dev.ravel.fp;

import static dev.ravel.fp.Format.SINGLE;

/**
 * Single precision (binary32) on raw encodings.
 *
 * <p>Arithmetic to nearest even is the host's. Whether a result is inexact is asked only while NX is not yet accrued,
 * and answered in double arithmetic, where the product of two single-precision numbers is exact. Results outside the
 * normal range and every other rounding mode go to {@link ViaDouble}.
 *
 * <p>Everywhere {@code rm} is a rounding mode from 0 to 4; comparisons and predicates give 0 or 1; a NaN that comes out
 * of arithmetic is the canonical one.
 */
public final class Float32 {
    /** The canonical NaN. */
    public static final int NAN = 0x7fc0_0000;

    private static final int SIGN = Integer.MIN_VALUE;
    private static final int MAGNITUDE = Integer.MAX_VALUE;
    private static final int INFINITY = 0x7f80_0000;
    private static final int QUIET = 1 << 22;

    /** 2<sup>-125</sup>: a result from here on did not underflow. */
    public static final int LEAST_ORDINARY = (127 - 125) << 23;
    /** 2<sup>126</sup>: no step in computing a residual overflows below it. */
    public static final int BEYOND_ORDINARY = (127 + 126) << 23;

    private Float32() {}

    /** Whether the magnitude is at least 2<sup>-125</sup> and less than 2<sup>126</sup>. */
    private static boolean isOrdinary(int a) {
        return Integer.compareUnsigned((a << 1) - (LEAST_ORDINARY << 1), (BEYOND_ORDINARY - LEAST_ORDINARY) << 1) < 0;
    }

    /** {@code a + b}. */
    public static int add(FloatStatus status, int a, int b, int rm) {
        if (rm == FloatStatus.RNE) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float sum = x + y;
            int bits = Float.floatToRawIntBits(sum);
            // No lower bound: a sum that is subnormal is exact.
            if ((bits & MAGNITUDE) < BEYOND_ORDINARY) {
                if ((status.flags & FloatStatus.NX) == 0 && Residual.ofSum(x, y, sum) != 0) {
                    status.flags |= FloatStatus.NX;
                }
                return bits;
            }
        }
        return addSlow(status, a, b, rm);
    }

    private static int addSlow(FloatStatus status, int a, int b, int rm) {
        if (isNaN(a) || isNaN(b)) {
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.add(SINGLE, status, toDouble(a), toDouble(b), rm);
    }

    /** {@code a - b}. */
    public static int sub(FloatStatus status, int a, int b, int rm) {
        return add(status, a, b ^ SIGN, rm);
    }

    /** {@code a * b}. */
    public static int mul(FloatStatus status, int a, int b, int rm) {
        if (rm == FloatStatus.RNE) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float product = x * y;
            int bits = Float.floatToRawIntBits(product);
            if (isOrdinary(bits)) {
                if ((status.flags & FloatStatus.NX) == 0 && (double) x * y != product) {
                    status.flags |= FloatStatus.NX;
                }
                return bits;
            }
        }
        return mulSlow(status, a, b, rm);
    }

    private static int mulSlow(FloatStatus status, int a, int b, int rm) {
        if (isNaN(a) || isNaN(b)) {
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.mul(SINGLE, status, toDouble(a), toDouble(b), rm);
    }

    /** {@code a / b}. */
    public static int div(FloatStatus status, int a, int b, int rm) {
        if (rm == FloatStatus.RNE) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float quotient = x / y;
            int bits = Float.floatToRawIntBits(quotient);
            if (isOrdinary(bits)) {
                if ((status.flags & FloatStatus.NX) == 0 && (double) quotient * y != x) {
                    status.flags |= FloatStatus.NX;
                }
                return bits;
            }
        }
        return divSlow(status, a, b, rm);
    }

    private static int divSlow(FloatStatus status, int a, int b, int rm) {
        if (isNaN(a) || isNaN(b)) {
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.div(SINGLE, status, toDouble(a), toDouble(b), rm);
    }

    /** The square root of {@code a}. */
    public static int sqrt(FloatStatus status, int a, int rm) {
        if (rm == FloatStatus.RNE && a > 0 && a < INFINITY) {
            double x = Float.intBitsToFloat(a);
            float root = (float) Math.sqrt(x);
            if ((status.flags & FloatStatus.NX) == 0 && (double) root * root != x) {
                status.flags |= FloatStatus.NX;
            }
            return Float.floatToRawIntBits(root);
        }
        return isNaN(a) ? propagateNaN(status, a, a) : (int) ViaDouble.sqrt(SINGLE, status, toDouble(a), rm);
    }

    /** {@code a * b + c} with one rounding. Negate {@code a} or {@code c} for the other three forms. */
    public static int fma(FloatStatus status, int a, int b, int c, int rm) {
        if (rm == FloatStatus.RNE) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float z = Float.intBitsToFloat(c);
            float result = Math.fma(x, y, z);
            int bits = Float.floatToRawIntBits(result);
            if (isOrdinary(bits)) {
                if ((status.flags & FloatStatus.NX) == 0) {
                    double product = (double) x * y;
                    double sum = product + z;
                    if (sum != result || Residual.ofSum(product, z, sum) != 0) {
                        status.flags |= FloatStatus.NX;
                    }
                }
                return bits;
            }
        }
        return fmaSlow(status, a, b, c, rm);
    }

    private static int fmaSlow(FloatStatus status, int a, int b, int c, int rm) {
        double x = toDouble(a);
        double y = toDouble(b);
        if (isNaN(a) || isNaN(b) || isNaN(c)) {
            if (isSignaling(c) || ViaDouble.isZeroTimesInfinity(x, y)) {
                status.raise(FloatStatus.NV);
            }
            return propagateNaN(status, a, b);
        }
        return (int) ViaDouble.fma(SINGLE, status, x, y, toDouble(c), rm);
    }

    /** {@code -a}, also of a NaN. */
    public static int negate(int a) {
        return a ^ SIGN;
    }

    /** {@code a} with the sign of {@code b} ({@code fsgnj.s}). */
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

    /** {@code minimum} of IEEE 754-2019, as {@link #min} but a NaN wins ({@code fminm.s}). */
    public static int minm(FloatStatus status, int a, int b) {
        return isNaN(a) || isNaN(b) ? propagateNaN(status, a, b) : min(status, a, b);
    }

    /** {@code maximum} of IEEE 754-2019, as {@link #max} but a NaN wins ({@code fmaxm.s}). */
    public static int maxm(FloatStatus status, int a, int b) {
        return isNaN(a) || isNaN(b) ? propagateNaN(status, a, b) : max(status, a, b);
    }

    /** {@code a == b}; invalid only for a signaling NaN. */
    public static long eq(FloatStatus status, int a, int b) {
        if (Float.intBitsToFloat(a) == Float.intBitsToFloat(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** {@code a < b}; invalid for any NaN. */
    public static long lt(FloatStatus status, int a, int b) {
        float x = Float.intBitsToFloat(a);
        float y = Float.intBitsToFloat(b);
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
        float x = Float.intBitsToFloat(a);
        float y = Float.intBitsToFloat(b);
        if (x <= y) {
            return 1;
        }
        if (!(x > y)) {
            status.raise(FloatStatus.NV);
        }
        return 0;
    }

    /** {@code a < b}; invalid only for a signaling NaN ({@code fltq.s}). */
    public static long ltq(FloatStatus status, int a, int b) {
        if (Float.intBitsToFloat(a) < Float.intBitsToFloat(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** {@code a <= b}; invalid only for a signaling NaN ({@code fleq.s}). */
    public static long leq(FloatStatus status, int a, int b) {
        if (Float.intBitsToFloat(a) <= Float.intBitsToFloat(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** The class of {@code a} as one bit of ten ({@code fclass.s}; Unprivileged, 20.9). */
    public static long classify(int a) {
        return SINGLE.classify(Integer.toUnsignedLong(a));
    }

    /** {@code a} rounded to an integral number; NX is not raised ({@code fround.s}). */
    public static int round(FloatStatus status, int a, int rm) {
        if (isNaN(a)) {
            return propagateNaN(status, a, a);
        }
        return Float.floatToRawIntBits((float) Integral.round(toDouble(a), rm));
    }

    /** {@code a} rounded to an integral number, NX raised if that changes it ({@code froundnx.s}). */
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

    /** The single-precision number nearest to a signed integer. For 32-bit integers, extend them. */
    public static int fromInt64(FloatStatus status, long value, int rm) {
        float nearest = (float) value;
        // The one cast back that saturates is of 2^63, which no long equals.
        if ((long) nearest == value && value != Long.MAX_VALUE) {
            return Float.floatToRawIntBits(nearest);
        }
        if (rm == FloatStatus.RNE) {
            status.flags |= FloatStatus.NX;
            return Float.floatToRawIntBits(nearest);
        }
        return (int) SINGLE.fromInt64(status, value, rm);
    }

    /** The single-precision number nearest to an unsigned integer. */
    public static int fromUnsignedInt64(FloatStatus status, long value, int rm) {
        return value >= 0 ? fromInt64(status, value, rm) : (int) SINGLE.fromUnsignedInt64(status, value, rm);
    }

    /** A double rounded to single precision. */
    public static int fromFloat64(FloatStatus status, long a, int rm) {
        double value = Double.longBitsToDouble(a);
        float nearest = (float) value;
        int bits = Float.floatToRawIntBits(nearest);
        if (rm == FloatStatus.RNE && isOrdinary(bits)) {
            if (nearest != value) {
                status.flags |= FloatStatus.NX;
            }
            return bits;
        }
        return Float64.isNaN(a) ? nanOfOther(status, Float64.isSignaling(a)) : (int) SINGLE.narrow(status, value, rm);
    }

    /** The single-precision number equal to a half-precision one. */
    public static int fromFloat16(FloatStatus status, int a) {
        return Float16.isNaN(a)
                ? nanOfOther(status, Float16.isSignaling(a))
                : Float.floatToRawIntBits(Float.float16ToFloat((short) a));
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
        return Float.intBitsToFloat(a);
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
        return a ^ (a >> 31) >>> 1;
    }

    private static int nanOfOther(FloatStatus status, boolean signaling) {
        if (signaling) {
            status.raise(FloatStatus.NV);
        }
        return NAN;
    }
}
