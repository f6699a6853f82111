package dev.ravel.fp;

/**
 * Rounding to integral values and conversion to integers. All formats come here as doubles, which hold them exactly; a
 * signaling NaN may have become quiet on the way.
 *
 * <p>Conversions round first, then saturate: a value that is out of range after rounding, an infinity or a NaN is
 * invalid and gives the nearest end of the range, NaN the greatest (Unprivileged, 20.7).
 */
final class Integral {
    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;

    private Integral() {}

    /**
     * {@code value} rounded to an integral value; a zero keeps its sign, NaN and infinities are returned as they
     * are.
     */
    static double round(double value, int rm) {
        return switch (rm) {
            case FloatStatus.RNE -> Math.rint(value);
            case FloatStatus.RTZ -> truncate(value);
            case FloatStatus.RDN -> Math.floor(value);
            case FloatStatus.RUP -> Math.ceil(value);
            default -> {
                double truncated = truncate(value);
                yield Math.abs(value - truncated) >= 0.5 ? truncated + Math.copySign(1.0, value) : truncated;
            }
        };
    }

    private static double truncate(double value) {
        return value < 0 ? Math.ceil(value) : Math.floor(value);
    }

    static long toInt64(FloatStatus status, double value, int rm) {
        double rounded = rm == FloatStatus.RTZ ? value : round(value, rm);
        if (Math.abs(rounded) < TWO_63) {
            long result = (long) rounded;
            raiseIfInexact(status, value, (double) result);
            return result;
        }
        if (rounded == -TWO_63) {
            return Long.MIN_VALUE;
        }
        return invalid(status, value, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static long toUnsignedInt64(FloatStatus status, double value, int rm) {
        double rounded = rm == FloatStatus.RTZ ? truncate(value) : round(value, rm);
        if (rounded >= 0 && rounded < TWO_64) {
            raiseIfInexact(status, value, rounded);
            return rounded < TWO_63 ? (long) rounded : (long) (rounded - TWO_63) ^ Long.MIN_VALUE;
        }
        return invalid(status, value, 0, -1);
    }

    static long toInt32(FloatStatus status, double value, int rm) {
        double rounded = rm == FloatStatus.RTZ ? value : round(value, rm);
        int result = (int) rounded;
        // A cast saturates and makes NaN zero; what it leaves in range differs from its operand by less than one.
        if (Math.abs(rounded - result) < 1) {
            raiseIfInexact(status, value, result);
            return result;
        }
        return invalid(status, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static long toUnsignedInt32(FloatStatus status, double value, int rm) {
        double rounded = rm == FloatStatus.RTZ ? truncate(value) : round(value, rm);
        if (rounded >= 0 && rounded <= 0xffff_ffffL) {
            raiseIfInexact(status, value, rounded);
            return (int) (long) rounded;
        }
        return invalid(status, value, 0, -1);
    }

    static long toInt32Modular(FloatStatus status, long bits) {
        double value = Double.longBitsToDouble(bits);
        toInt32(status, value, FloatStatus.RTZ);
        int exponent = Math.getExponent(value);
        if (exponent < 0 || exponent > 52 + 31) {
            return 0;
        }
        long significand = bits & (1L << 52) - 1 | 1L << 52;
        int magnitude = (int) (exponent <= 52 ? significand >>> (52 - exponent) : significand << (exponent - 52));
        return bits < 0 ? -magnitude : magnitude;
    }

    private static void raiseIfInexact(FloatStatus status, double value, double result) {
        if (value != result) {
            status.flags |= FloatStatus.NX;
        }
    }

    private static long invalid(FloatStatus status, double value, long least, long greatest) {
        status.raise(FloatStatus.NV);
        return value < 0 ? least : greatest;
    }
}
