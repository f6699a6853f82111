package dev.ravel.fp;

/**
 * An IEEE 754-2019 binary interchange format, and the one place where an exact value is rounded to it.
 *
 * <p>An encoding stands in the low bits of a {@code long}; the bits above it are zero.
 *
 * @param exponentBits width of the biased exponent
 * @param fractionBits width of the trailing significand
 */
record Format(int exponentBits, int fractionBits) {

    /** binary16. */
    static final Format HALF = new Format(5, 10);
    /** binary32. */
    static final Format SINGLE = new Format(8, 23);
    /** binary64. */
    static final Format DOUBLE = new Format(11, 52);

    /**
     * The greatest exponent of a finite number, which is the bias too; the least of a normal number is one minus
     * it.
     */
    int maxExponent() {
        return (1 << (exponentBits - 1)) - 1;
    }

    /** The encoding of positive infinity, which as an integer is one more than that of the greatest finite number. */
    long infinity() {
        return ((1L << exponentBits) - 1) << fractionBits;
    }

    /** The canonical NaN: positive, quiet, no payload (Unprivileged, 20.3). */
    long canonicalNaN() {
        return infinity() | 1L << (fractionBits - 1);
    }

    /** The sign bit alone if {@code negative}, else 0. */
    long sign(boolean negative) {
        return negative ? 1L << (exponentBits + fractionBits) : 0;
    }

    /** Raises NV and gives the canonical NaN. */
    long invalid(FloatStatus status) {
        status.raise(FloatStatus.NV);
        return canonicalNaN();
    }

    /**
     * Rounds (-1)<sup>negative</sup> × significand × 2<sup>exponent − 63</sup> to this format and raises what that
     * brings.
     *
     * @param significand unsigned, its highest bit set; the lowest bit stands for everything below it that is not zero
     * @param rm rounding mode, 0 to 4
     */
    long pack(FloatStatus status, boolean negative, int exponent, long significand, int rm) {
        if (exponent > maxExponent()) {
            return overflow(status, negative, rm);
        }
        int precision = fractionBits + 1;
        int belowNormal = 1 - maxExponent() - exponent;
        boolean tiny = false;
        long aligned = significand;
        if (belowNormal > 0) {
            tiny = belowNormal > 1 || !roundsToNextBinade(negative, significand, rm);
            aligned = shiftRightJam(significand, belowNormal);
        }
        long kept = aligned >>> (64 - precision);
        long rest = aligned << precision;
        int raised = 0;
        if (rest != 0) {
            raised = tiny ? FloatStatus.UF | FloatStatus.NX : FloatStatus.NX;
            if (roundsAway(negative, kept, rest, rm)) {
                kept++;
            }
        }
        // The leading bit of a normal significand adds the last one to the exponent field, as does a carry out of it.
        long magnitude = ((long) Math.max(-belowNormal, 0) << fractionBits) + kept;
        if (magnitude >= infinity()) {
            return overflow(status, negative, rm);
        }
        status.raise(raised);
        return sign(negative) | magnitude;
    }

    /** Whether the significand, rounded to this precision with no bound on the exponent, becomes a power of two. */
    private boolean roundsToNextBinade(boolean negative, long significand, int rm) {
        int precision = fractionBits + 1;
        long kept = significand >>> (64 - precision);
        long rest = significand << precision;
        return kept == (1L << precision) - 1 && rest != 0 && roundsAway(negative, kept, rest, rm);
    }

    /**
     * Whether an inexact magnitude is rounded away from zero.
     *
     * @param kept the magnitude rounded down, in units in the last place
     * @param rest what was cut off, not zero, as a 64-bit fraction of such a unit
     */
    private static boolean roundsAway(boolean negative, long kept, long rest, int rm) {
        return switch (rm) {
            case FloatStatus.RNE -> rest < 0 && (rest != Long.MIN_VALUE || (kept & 1) != 0);
            case FloatStatus.RDN -> negative;
            case FloatStatus.RUP -> !negative;
            case FloatStatus.RMM -> rest < 0;
            default -> false;
        };
    }

    private long overflow(FloatStatus status, boolean negative, int rm) {
        status.raise(FloatStatus.OF | FloatStatus.NX);
        boolean staysFinite = switch (rm) {
            case FloatStatus.RTZ -> true;
            case FloatStatus.RDN -> !negative;
            case FloatStatus.RUP -> negative;
            default -> false;
        };
        return sign(negative) | (staysFinite ? infinity() - 1 : infinity());
    }

    /** {@code value >>> distance}, with the lowest bit set if any bit was lost; {@code distance} is 0 or more. */
    static long shiftRightJam(long value, int distance) {
        if (distance == 0) {
            return value;
        }
        if (distance > 63) {
            return value != 0 ? 1 : 0;
        }
        return value >>> distance | (value << -distance != 0 ? 1 : 0);
    }

    /**
     * Rounds a double to this format. The result of an operation that was done in double arithmetic: NaN means that the
     * operation was invalid, infinity that it was exact.
     */
    long narrow(FloatStatus status, double value, int rm) {
        if (Double.isNaN(value)) {
            return invalid(status);
        }
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        if (Double.isInfinite(value)) {
            return sign(negative) | infinity();
        }
        if (value == 0) {
            return sign(negative);
        }
        return packDouble(status, Double.doubleToRawLongBits(value), rm);
    }

    private long packDouble(FloatStatus status, long bits, int rm) {
        return pack(status, bits < 0, exponentOf(bits), significandOf(bits), rm);
    }

    /** Rounds a signed integer to this format. */
    long fromInt64(FloatStatus status, long value, int rm) {
        return fromMagnitude(status, value < 0, Math.abs(value), rm);
    }

    /** Rounds an unsigned integer to this format. */
    long fromUnsignedInt64(FloatStatus status, long value, int rm) {
        return fromMagnitude(status, false, value, rm);
    }

    private long fromMagnitude(FloatStatus status, boolean negative, long magnitude, int rm) {
        if (magnitude == 0) {
            return 0;
        }
        int shift = Long.numberOfLeadingZeros(magnitude);
        return pack(status, negative, 63 - shift, magnitude << shift, rm);
    }

    /**
     * The class of an encoding (Unprivileged, 20.9): one bit of, from bit 0 on, −∞, negative normal, negative
     * subnormal, −0, +0, positive subnormal, positive normal, +∞, signaling NaN, quiet NaN.
     */
    long classify(long bits) {
        boolean negative = (bits & sign(true)) != 0;
        long magnitude = bits & (sign(true) - 1);
        if (magnitude > infinity()) {
            return magnitude < canonicalNaN() ? 1 << 8 : 1 << 9;
        }
        if (magnitude == infinity()) {
            return negative ? 1 : 1 << 7;
        }
        if (magnitude == 0) {
            return negative ? 1 << 3 : 1 << 4;
        }
        if (magnitude < 1L << fractionBits) {
            return negative ? 1 << 2 : 1 << 5;
        }
        return negative ? 1 << 1 : 1 << 6;
    }

    /** The exponent of the leading bit of a double that is finite and not zero. */
    static int exponentOf(long bits) {
        int field = (int) (bits >>> 52) & 0x7ff;
        return field != 0 ? field - 1023 : -1011 - Long.numberOfLeadingZeros(bits & FRACTION);
    }

    /** The significand of a double that is finite and not zero, with its leading bit moved to bit 63. */
    static long significandOf(long bits) {
        long fraction = bits & FRACTION;
        return (bits >>> 52 & 0x7ff) != 0
                ? fraction << 11 | Long.MIN_VALUE
                : fraction << Long.numberOfLeadingZeros(fraction);
    }

    private static final long FRACTION = (1L << 52) - 1;
}
