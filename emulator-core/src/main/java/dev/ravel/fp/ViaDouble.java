package dev.ravel.fp;

/**
 * Arithmetic of the narrower formats, for every operand, rounding mode and flag, in double arithmetic.
 *
 * <p>A double has more than twice the bits of either format and two more, and a far wider range. So the product of two
 * numbers is exact in double arithmetic; a quotient or root that is rounded to double lies on the same side of each
 * number of the narrower format, and of each midpoint between two of them, as the exact one; and a sum that may not
 * be exact is rounded to odd. In each case a second rounding, to the format, gives what one rounding would, flags
 * included.
 *
 * <p>Operands are numbers of the format or infinities; the caller has dealt with NaN.
 */
final class ViaDouble {
    private ViaDouble() {}

    static long add(Format format, FloatStatus status, double x, double y, int rm) {
        double sum = Residual.sumToOdd(x, y);
        if (sum == 0) {
            return zeroSum(format, x, y, rm);
        }
        return format.narrow(status, sum, rm);
    }

    static long mul(Format format, FloatStatus status, double x, double y, int rm) {
        return format.narrow(status, x * y, rm);
    }

    static long div(Format format, FloatStatus status, double x, double y, int rm) {
        if (y == 0 && x != 0 && Math.abs(x) <= Double.MAX_VALUE) {
            status.raise(FloatStatus.DZ);
        }
        return format.narrow(status, x / y, rm);
    }

    static long sqrt(Format format, FloatStatus status, double x, int rm) {
        return format.narrow(status, Math.sqrt(x), rm);
    }

    static long fma(Format format, FloatStatus status, double x, double y, double z, int rm) {
        return add(format, status, x * y, z, rm);
    }

    /** Whether {@code x * y} has no value: zero times infinity. */
    static boolean isZeroTimesInfinity(double x, double y) {
        return Double.isNaN(x * y) && !Double.isNaN(x) && !Double.isNaN(y);
    }

    private static long zeroSum(Format format, double x, double y, int rm) {
        boolean sameSign = (Double.doubleToRawLongBits(x) ^ Double.doubleToRawLongBits(y)) >= 0;
        return format.sign(sameSign ? Double.doubleToRawLongBits(x) < 0 : rm == FloatStatus.RDN);
    }
}
