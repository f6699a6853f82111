package dev.ravel.fp;

import static dev.ravel.fp.Format.DOUBLE;
import static dev.ravel.fp.Format.exponentOf;
import static dev.ravel.fp.Format.shiftRightJam;
import static dev.ravel.fp.Format.significandOf;

/**
 * Double-precision arithmetic for every operand, rounding mode and flag, in integers. {@link Float64} comes here for
 * what the host's arithmetic does not settle: other rounding modes than to nearest even, overflow, underflow, NaN and
 * infinity.
 *
 * <p>Significands are kept as unsigned 64-bit fractions whose lowest bit is sticky: it stands for all that was lost
 * below it. Eleven bits lie below those that a result keeps, so that cancellation never brings a sticky bit to where it
 * would be taken for a real one.
 */
final class SoftDouble {
    private static final long SIGN = Long.MIN_VALUE;
    private static final long INFINITY = 0x7ff0_0000_0000_0000L;

    private SoftDouble() {}

    static long add(FloatStatus status, long a, long b, int rm) {
        if (!isFinite(a) || !isFinite(b)) {
            if (Float64.isNaN(a) || Float64.isNaN(b)) {
                return Float64.propagateNaN(status, a, b);
            }
            if (!isFinite(a)) {
                return isFinite(b) || a == b ? a : DOUBLE.invalid(status);
            }
            return b;
        }
        if (isZero(a)) {
            return isZero(b) ? zeroSum(a, b, rm) : b;
        }
        if (isZero(b)) {
            return a;
        }
        long larger = (a & ~SIGN) >= (b & ~SIGN) ? a : b;
        long smaller = a ^ b ^ larger;
        int exponent = exponentOf(larger);
        long high = significandOf(larger) >>> 1;
        long low = shiftRightJam(significandOf(smaller) >>> 1, exponent - exponentOf(smaller));
        long sum = (a ^ b) >= 0 ? high + low : high - low;
        return normalizeAndPack(status, larger < 0, exponent + 1, sum, rm);
    }

    static long mul(FloatStatus status, long a, long b, int rm) {
        boolean negative = (a ^ b) < 0;
        if (!isFinite(a) || !isFinite(b)) {
            if (Float64.isNaN(a) || Float64.isNaN(b)) {
                return Float64.propagateNaN(status, a, b);
            }
            return isZero(a) || isZero(b) ? DOUBLE.invalid(status) : DOUBLE.sign(negative) | INFINITY;
        }
        if (isZero(a) || isZero(b)) {
            return DOUBLE.sign(negative);
        }
        long x = significandOf(a);
        long y = significandOf(b);
        long product = Math.unsignedMultiplyHigh(x, y) | (x * y != 0 ? 1 : 0);
        return normalizeAndPack(status, negative, exponentOf(a) + exponentOf(b) + 1, product, rm);
    }

    static long div(FloatStatus status, long a, long b, int rm) {
        boolean negative = (a ^ b) < 0;
        if (Float64.isNaN(a) || Float64.isNaN(b)) {
            return Float64.propagateNaN(status, a, b);
        }
        if (!isFinite(a)) {
            return isFinite(b) ? DOUBLE.sign(negative) | INFINITY : DOUBLE.invalid(status);
        }
        if (!isFinite(b)) {
            return DOUBLE.sign(negative);
        }
        if (isZero(b)) {
            if (isZero(a)) {
                return DOUBLE.invalid(status);
            }
            status.raise(FloatStatus.DZ);
            return DOUBLE.sign(negative) | INFINITY;
        }
        if (isZero(a)) {
            return DOUBLE.sign(negative);
        }
        double x = fraction(significandOf(a), 0);
        double y = fraction(significandOf(b), 0);
        double quotient = x / y;
        long significand = directed(quotient, Math.fma(-quotient, y, x));
        return normalizeAndPack(
                status, negative, exponentOf(a) - exponentOf(b) + Math.getExponent(quotient), significand, rm);
    }

    static long sqrt(FloatStatus status, long a, int rm) {
        if (Float64.isNaN(a)) {
            return Float64.propagateNaN(status, a, a);
        }
        if (isZero(a)) {
            return a;
        }
        if (a < 0) {
            return DOUBLE.invalid(status);
        }
        if (!isFinite(a)) {
            return a;
        }
        int exponent = exponentOf(a);
        double x = fraction(significandOf(a), exponent & 1);
        double root = Math.sqrt(x);
        long significand = directed(root, Math.fma(-root, root, x));
        return normalizeAndPack(status, false, (exponent >> 1) + Math.getExponent(root), significand, rm);
    }

    /** {@code a * b + c} with one rounding. */
    static long fma(FloatStatus status, long a, long b, long c, int rm) {
        boolean negative = (a ^ b) < 0;
        if (!isFinite(a) || !isFinite(b) || !isFinite(c)) {
            return fmaOfNonFinite(status, a, b, c, negative);
        }
        if (isZero(a) || isZero(b)) {
            return isZero(c) ? zeroSum(DOUBLE.sign(negative), c, rm) : c;
        }
        int exponent = exponentOf(a) + exponentOf(b);
        // The product in 128 bits, its leading bit at 124 or 125: room for a carry.
        long x = significandOf(a) >>> 1;
        long y = significandOf(b) >>> 1;
        long high = Math.multiplyHigh(x, y);
        long low = x * y;
        if (!isZero(c)) {
            int difference = exponent - exponentOf(c);
            long addendHigh = significandOf(c) >>> 3;
            long addendLow = 0;
            if (difference >= 0) {
                addendLow = shiftRightJamLow(addendHigh, 0, difference);
                addendHigh = difference > 63 ? 0 : addendHigh >>> difference;
            } else {
                low = shiftRightJamLow(high, low, -difference);
                high = -difference > 63 ? 0 : high >>> -difference;
                exponent = exponentOf(c);
            }
            if (negative == c < 0) {
                low += addendLow;
                high += addendHigh + (Long.compareUnsigned(low, addendLow) < 0 ? 1 : 0);
            } else {
                long borrow = Long.compareUnsigned(low, addendLow) < 0 ? 1 : 0;
                low -= addendLow;
                high -= addendHigh + borrow;
                if (high < 0) {
                    negative = !negative;
                    low = -low;
                    high = ~high + (low == 0 ? 1 : 0);
                }
                if ((high | low) == 0) {
                    return DOUBLE.sign(rm == FloatStatus.RDN);
                }
            }
        }
        if (high == 0) {
            exponent -= 64;
            high = low;
            low = 0;
        }
        int shift = Long.numberOfLeadingZeros(high);
        long significand = shift == 0 ? high : high << shift | low >>> -shift;
        return DOUBLE.pack(status, negative, exponent + 3 - shift, significand | (low << shift != 0 ? 1 : 0), rm);
    }

    private static long fmaOfNonFinite(FloatStatus status, long a, long b, long c, boolean negative) {
        boolean zeroTimesInfinity = isZero(a) && (b & ~SIGN) == INFINITY || isZero(b) && (a & ~SIGN) == INFINITY;
        if (zeroTimesInfinity) {
            return DOUBLE.invalid(status);
        }
        if (Float64.isNaN(a) || Float64.isNaN(b) || Float64.isNaN(c)) {
            Float64.propagateNaN(status, a, b);
            return Float64.propagateNaN(status, c, c);
        }
        if (isFinite(a) && isFinite(b)) {
            return c;
        }
        long product = DOUBLE.sign(negative) | INFINITY;
        return isFinite(c) || c == product ? product : DOUBLE.invalid(status);
    }

    /** The low half of a 128-bit value shifted right by {@code distance}, 0 or more, sticky. */
    private static long shiftRightJamLow(long high, long low, int distance) {
        if (distance == 0) {
            return low;
        }
        if (distance < 64) {
            return high << -distance | shiftRightJam(low, distance);
        }
        return shiftRightJam(high, distance - 64) | (low != 0 ? 1 : 0);
    }

    /**
     * Packs an unsigned significand that is not normalized; a zero, which only exact cancellation gives, by its
     * rule.
     */
    private static long normalizeAndPack(FloatStatus status, boolean negative, int exponent, long significand, int rm) {
        if (significand == 0) {
            return DOUBLE.sign(rm == FloatStatus.RDN);
        }
        int shift = Long.numberOfLeadingZeros(significand);
        return DOUBLE.pack(status, negative, exponent - shift, significand << shift, rm);
    }

    /** The sum of two zeros: their common sign, or by rounding mode (IEEE 754-2019, 6.3). */
    private static long zeroSum(long a, long b, int rm) {
        return a == b ? a : DOUBLE.sign(rm == FloatStatus.RDN);
    }

    /** A normalized significand as a double from 1 to 2, times 2<sup>exponent</sup>. */
    private static double fraction(long significand, int exponent) {
        return Double.longBitsToDouble((significand << 1 >>> 12) | (1023L + exponent) << 52);
    }

    /**
     * The significand of a result that the host rounded to nearest, moved off it by the least amount to the side of the
     * exact value. It need not be normalized.
     *
     * @param residual zero, or of the sign of the exact value less {@code nearest}, which is positive
     */
    private static long directed(double nearest, double residual) {
        long significand = significandOf(Double.doubleToRawLongBits(nearest));
        if (residual == 0) {
            return significand;
        }
        return residual > 0 ? significand + 1 : significand - 1;
    }

    private static boolean isFinite(long a) {
        return (a & INFINITY) != INFINITY;
    }

    private static boolean isZero(long a) {
        return a << 1 == 0;
    }
}
