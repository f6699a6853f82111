package dev.ravel.fp;

import static dev.ravel.fp.Format.DOUBLE;

/**
 * Double precision (binary64) on raw encodings.
 *
 * <p>Arithmetic to nearest even is the host's. Whether a result is inexact is asked only while NX is not yet accrued,
 * and then of the residual: the exact error of a sum, product, quotient or root is itself a double, as long as
 * nothing overflows or underflows, and a handful of operations gives it. What falls outside a generous range of
 * magnitudes, and every other rounding mode, goes to {@link SoftDouble}.
 *
 * <p>Everywhere {@code rm} is a rounding mode from 0 to 4; comparisons and predicates give 0 or 1; a NaN that comes out
 * of arithmetic is the canonical one.
 */
public final class Float64 {
    /** The canonical NaN. */
    public static final long NAN = 0x7ff8_0000_0000_0000L;

    private static final long SIGN = Long.MIN_VALUE;
    private static final long MAGNITUDE = Long.MAX_VALUE;
    private static final long INFINITY = 0x7ff0_0000_0000_0000L;
    private static final long QUIET = 1L << 51;

    /** 2<sup>-960</sup>: the residual of an operation with results from here on is far from underflow. */
    public static final long LEAST_ORDINARY = (1023L - 960) << 52;
    /** 2<sup>1020</sup>: no step in computing a residual overflows below it. */
    public static final long BEYOND_ORDINARY = (1023L + 1020) << 52;

    private Float64() {}

    /** Whether the magnitude is at least 2<sup>-960</sup> and less than 2<sup>1020</sup>. */
    private static boolean isOrdinary(long a) {
        return Long.compareUnsigned((a << 1) - (LEAST_ORDINARY << 1), (BEYOND_ORDINARY - LEAST_ORDINARY) << 1) < 0;
    }

    /** {@code a + b}. */
    public static long add(FloatStatus status, long a, long b, int rm) {
        if (rm == FloatStatus.RNE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double sum = x + y;
            long bits = Double.doubleToRawLongBits(sum);
            // No lower bound: a sum that is subnormal is exact.
            if ((bits & MAGNITUDE) < BEYOND_ORDINARY) {
                if ((status.flags & FloatStatus.NX) == 0 && Residual.ofSum(x, y, sum) != 0) {
                    status.flags |= FloatStatus.NX;
                }
                return bits;
            }
        }
        return SoftDouble.add(status, a, b, rm);
    }

    /** {@code a - b}. */
    public static long sub(FloatStatus status, long a, long b, int rm) {
        return add(status, a, b ^ SIGN, rm);
    }

    /** {@code a * b}. */
    public static long mul(FloatStatus status, long a, long b, int rm) {
        if (rm == FloatStatus.RNE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double product = x * y;
            long bits = Double.doubleToRawLongBits(product);
            if (isOrdinary(bits)) {
                if ((status.flags & FloatStatus.NX) == 0 && Math.fma(x, y, -product) != 0) {
                    status.flags |= FloatStatus.NX;
                }
                return bits;
            }
        }
        return SoftDouble.mul(status, a, b, rm);
    }

    /** {@code a / b}. */
    public static long div(FloatStatus status, long a, long b, int rm) {
        if (rm == FloatStatus.RNE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double quotient = x / y;
            long bits = Double.doubleToRawLongBits(quotient);
            if (isOrdinary(bits)) {
                if ((status.flags & FloatStatus.NX) != 0) {
                    return bits;
                }
                if (isOrdinary(a)) {
                    if (Math.fma(-quotient, y, x) != 0) {
                        status.flags |= FloatStatus.NX;
                    }
                    return bits;
                }
            }
        }
        return SoftDouble.div(status, a, b, rm);
    }

    /** The square root of {@code a}. */
    public static long sqrt(FloatStatus status, long a, int rm) {
        if (rm == FloatStatus.RNE && a > 0 && isOrdinary(a)) {
            double x = Double.longBitsToDouble(a);
            double root = Math.sqrt(x);
            if ((status.flags & FloatStatus.NX) == 0 && Math.fma(-root, root, x) != 0) {
                status.flags |= FloatStatus.NX;
            }
            return Double.doubleToRawLongBits(root);
        }
        return SoftDouble.sqrt(status, a, rm);
    }

    /** {@code a * b + c} with one rounding. Negate {@code a} or {@code c} for the other three forms. */
    public static long fma(FloatStatus status, long a, long b, long c, int rm) {
        if (rm == FloatStatus.RNE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double z = Double.longBitsToDouble(c);
            double result = Math.fma(x, y, z);
            long bits = Double.doubleToRawLongBits(result);
            if (isOrdinary(bits)) {
                if ((status.flags & FloatStatus.NX) != 0) {
                    return bits;
                }
                // If the product is exact, the rest is a sum; else the sum would need the residual of three terms.
                double product = x * y;
                if (isOrdinary(Double.doubleToRawLongBits(product)) && Math.fma(x, y, -product) == 0) {
                    if (Residual.ofSum(product, z, result) != 0) {
                        status.flags |= FloatStatus.NX;
                    }
                    return bits;
                }
            }
        }
        return SoftDouble.fma(status, a, b, c, rm);
    }

    /** {@code -a}, also of a NaN. */
    public static long negate(long a) {
        return a ^ SIGN;
    }

    /** {@code a} with the sign of {@code b} ({@code fsgnj.d}). */
    public static long copySign(long a, long b) {
        return a & MAGNITUDE | b & SIGN;
    }

    /** {@code minimumNumber} of IEEE 754-2019: −0 is less than +0, a NaN loses to a number. */
    public static long min(FloatStatus status, long a, long b) {
        if (isNaN(a) || isNaN(b)) {
            return numberOf(status, a, b);
        }
        return orderOf(a) <= orderOf(b) ? a : b;
    }

    /** {@code maximumNumber} of IEEE 754-2019: −0 is less than +0, a NaN loses to a number. */
    public static long max(FloatStatus status, long a, long b) {
        if (isNaN(a) || isNaN(b)) {
            return numberOf(status, a, b);
        }
        return orderOf(a) >= orderOf(b) ? a : b;
    }

    /** {@code minimum} of IEEE 754-2019, as {@link #min} but a NaN wins ({@code fminm.d}). */
    public static long minm(FloatStatus status, long a, long b) {
        return isNaN(a) || isNaN(b) ? propagateNaN(status, a, b) : min(status, a, b);
    }

    /** {@code maximum} of IEEE 754-2019, as {@link #max} but a NaN wins ({@code fmaxm.d}). */
    public static long maxm(FloatStatus status, long a, long b) {
        return isNaN(a) || isNaN(b) ? propagateNaN(status, a, b) : max(status, a, b);
    }

    /** {@code a == b}; invalid only for a signaling NaN. */
    public static long eq(FloatStatus status, long a, long b) {
        if (Double.longBitsToDouble(a) == Double.longBitsToDouble(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** {@code a < b}; invalid for any NaN. */
    public static long lt(FloatStatus status, long a, long b) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        if (x < y) {
            return 1;
        }
        if (!(x >= y)) {
            status.raise(FloatStatus.NV);
        }
        return 0;
    }

    /** {@code a <= b}; invalid for any NaN. */
    public static long le(FloatStatus status, long a, long b) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        if (x <= y) {
            return 1;
        }
        if (!(x > y)) {
            status.raise(FloatStatus.NV);
        }
        return 0;
    }

    /** {@code a < b}; invalid only for a signaling NaN ({@code fltq.d}). */
    public static long ltq(FloatStatus status, long a, long b) {
        if (Double.longBitsToDouble(a) < Double.longBitsToDouble(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** {@code a <= b}; invalid only for a signaling NaN ({@code fleq.d}). */
    public static long leq(FloatStatus status, long a, long b) {
        if (Double.longBitsToDouble(a) <= Double.longBitsToDouble(b)) {
            return 1;
        }
        raiseIfSignaling(status, a, b);
        return 0;
    }

    /** The class of {@code a} as one bit of ten ({@code fclass.d}; Unprivileged, 20.9). */
    public static long classify(long a) {
        return DOUBLE.classify(a);
    }

    /** {@code a} rounded to an integral number; NX is not raised ({@code fround.d}). */
    public static long round(FloatStatus status, long a, int rm) {
        if (isNaN(a)) {
            return propagateNaN(status, a, a);
        }
        return Double.doubleToRawLongBits(Integral.round(Double.longBitsToDouble(a), rm));
    }

    /** {@code a} rounded to an integral number, NX raised if that changes it ({@code froundnx.d}). */
    public static long roundExact(FloatStatus status, long a, int rm) {
        long rounded = round(status, a, rm);
        if (rounded != a && !isNaN(a)) {
            status.raise(FloatStatus.NX);
        }
        return rounded;
    }

    /** The 32-bit signed integer of {@code a}, sign-extended; saturates and raises NV out of range. */
    public static long toInt32(FloatStatus status, long a, int rm) {
        return Integral.toInt32(status, Double.longBitsToDouble(a), rm);
    }

    /**
     * The 32-bit unsigned integer of {@code a}, sign-extended as in a register; saturates and raises NV out of
     * range.
     */
    public static long toUnsignedInt32(FloatStatus status, long a, int rm) {
        return Integral.toUnsignedInt32(status, Double.longBitsToDouble(a), rm);
    }

    /** The 64-bit signed integer of {@code a}; saturates and raises NV out of range. */
    public static long toInt64(FloatStatus status, long a, int rm) {
        return Integral.toInt64(status, Double.longBitsToDouble(a), rm);
    }

    /** The 64-bit unsigned integer of {@code a}; saturates and raises NV out of range. */
    public static long toUnsignedInt64(FloatStatus status, long a, int rm) {
        return Integral.toUnsignedInt64(status, Double.longBitsToDouble(a), rm);
    }

    /**
     * {@code a} towards zero, modulo 2<sup>32</sup>, sign-extended, with the flags of {@link #toInt32}
     * ({@code fcvtmod.w.d}).
     */
    public static long toInt32Modular(FloatStatus status, long a) {
        return Integral.toInt32Modular(status, a);
    }

    /** The double nearest to a signed integer. For 32-bit integers, extend them. */
    public static long fromInt64(FloatStatus status, long value, int rm) {
        double nearest = (double) value;
        // The one cast back that saturates is of 2^63, which no long equals.
        if ((long) nearest == value && value != Long.MAX_VALUE) {
            return Double.doubleToRawLongBits(nearest);
        }
        if (rm == FloatStatus.RNE) {
            status.flags |= FloatStatus.NX;
            return Double.doubleToRawLongBits(nearest);
        }
        return DOUBLE.fromInt64(status, value, rm);
    }

    /** The double nearest to an unsigned integer. */
    public static long fromUnsignedInt64(FloatStatus status, long value, int rm) {
        return value >= 0 ? fromInt64(status, value, rm) : DOUBLE.fromUnsignedInt64(status, value, rm);
    }

    /** The double equal to a single-precision number. */
    public static long fromFloat32(FloatStatus status, int a) {
        return Float32.isNaN(a) ? nanOfOther(status, Float32.isSignaling(a)) : doubleBits(Float32.toDouble(a));
    }

    /** The double equal to a half-precision number. */
    public static long fromFloat16(FloatStatus status, int a) {
        return Float16.isNaN(a) ? nanOfOther(status, Float16.isSignaling(a)) : doubleBits(Float16.toDouble(a));
    }

    /** Whether {@code a} is a NaN. */
    public static boolean isNaN(long a) {
        return (a & MAGNITUDE) > INFINITY;
    }

    /** Whether {@code a} is a signaling NaN. */
    public static boolean isSignaling(long a) {
        return isNaN(a) && (a & QUIET) == 0;
    }

    /** The result of arithmetic on operands of which one or both are NaN; invalid if one is signaling. */
    static long propagateNaN(FloatStatus status, long a, long b) {
        raiseIfSignaling(status, a, b);
        return NAN;
    }

    private static void raiseIfSignaling(FloatStatus status, long a, long b) {
        if (isSignaling(a) || isSignaling(b)) {
            status.raise(FloatStatus.NV);
        }
    }

    /** The one of two operands that is not NaN, else the canonical NaN. */
    private static long numberOf(FloatStatus status, long a, long b) {
        raiseIfSignaling(status, a, b);
        if (!isNaN(a)) {
            return a;
        }
        return isNaN(b) ? NAN : b;
    }

    /** A key that orders numbers as integers, −0 before +0. */
    private static long orderOf(long a) {
        return a ^ (a >> 63) >>> 1;
    }

    private static long nanOfOther(FloatStatus status, boolean signaling) {
        if (signaling) {
            status.raise(FloatStatus.NV);
        }
        return NAN;
    }

    private static long doubleBits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
