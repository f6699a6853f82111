package dev.ravel.fp;

/** The exact error of a sum that the host rounded to nearest, which is itself a number of the format. */
final class Residual {
    private Residual() {}

    /**
     * {@code x + y - sum}, exactly (Knuth's two-sum). A value that is not zero, possibly NaN, where a step overflows,
     * which it does not for sums below half the greatest number.
     *
     * @param sum {@code x + y} rounded to nearest
     */
    static double ofSum(double x, double y, double sum) {
        double second = sum - x;
        return (x - (sum - second)) + (y - second);
    }

    /** The same in single precision. */
    static float ofSum(float x, float y, float sum) {
        float second = sum - x;
        return (x - (sum - second)) + (y - second);
    }

    /**
     * {@code x + y}, rounded to odd: of the two doubles around a sum that is not exact, the one whose last bit is set.
     * Rounding that to a format with two bits less, in any mode, is rounding the exact sum. The operands are as far
     * from overflow as those that come from a narrower format.
     */
    static double sumToOdd(double x, double y) {
        double sum = x + y;
        double residual = ofSum(x, y, sum);
        long bits = Double.doubleToRawLongBits(sum);
        if ((residual > 0 || residual < 0) && (bits & 1) == 0) {
            return Double.longBitsToDouble(residual > 0 == sum > 0 ? bits + 1 : bits - 1);
        }
        return sum;
    }
}
