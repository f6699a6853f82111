package dev.ravel.fp;

import dev.ravel.fp.FloatOperations.FloatOperation;
import java.math.BigInteger;

/**
 * The operations by their definition: the exact result as a fraction of integers, rounded once. Slow, and shares
 * nothing with what it checks.
 */
final class ExactArithmetic {

    /** A result and the flags that it raises. */
    record Outcome(long bits, int flags) {}

    /** A number: {@code numerator / denominator}, the denominator positive; the sign is there for zeros too. */
    private record Fraction(boolean negative, BigInteger numerator, BigInteger denominator) {
        boolean isZero() {
            return numerator.signum() == 0;
        }

        Fraction negate() {
            return new Fraction(!negative, numerator.negate(), denominator);
        }

        int compareTo(Fraction other) {
            return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
        }
    }

    private final int exponentBits;
    private final int precision;
    private final int rm;
    private int flags;

    private ExactArithmetic(String type, int rm) {
        this.exponentBits = type.equals("f16") ? 5 : type.equals("f32") ? 8 : 11;
        this.precision = type.equals("f16") ? 11 : type.equals("f32") ? 24 : 53;
        this.rm = rm;
    }

    /** What {@code operation} must give. */
    static Outcome apply(FloatOperation operation, long a, long b, long c, int rm) {
        String name = operation.name().substring(operation.name().indexOf('_') + 1);
        ExactArithmetic in = new ExactArithmetic(operation.operandType(), rm);
        if (!operation.operandType().startsWith("f")) {
            return fromInteger(operation, a, rm);
        }
        long result = switch (name) {
            case "add" -> in.fma(a, in.one(), b);
            case "sub" -> in.fma(b, in.one() | in.signBit(), a);
            case "mul" -> in.mul(a, b);
            case "mulAdd" -> in.fma(a, b, c);
            case "div" -> in.div(a, b);
            case "sqrt" -> in.sqrt(a);
            case "roundToInt" -> in.roundToInt(a);
            case "eq", "lt", "le", "lt_quiet", "le_quiet" -> in.compare(name, a, b);
            case "to_f16", "to_f32", "to_f64" -> {
                ExactArithmetic out = new ExactArithmetic(operation.resultType(), rm);
                long converted = in.toFloat(out, a);
                in.flags |= out.flags;
                yield converted;
            }
            default -> in.toInteger(operation.resultType(), a);
        };
        return new Outcome(result, in.flags);
    }

    private static Outcome fromInteger(FloatOperation operation, long a, int rm) {
        ExactArithmetic out = new ExactArithmetic(operation.resultType(), rm);
        BigInteger value = new BigInteger(
                switch (operation.operandType()) {
                    case "i32" -> Integer.toString((int) a);
                    case "ui32", "i64" -> Long.toString(a);
                    default -> Long.toUnsignedString(a);
                });
        return new Outcome(out.round(new Fraction(value.signum() < 0, value, BigInteger.ONE)), out.flags);
    }

    private long mul(long a, long b) {
        if (isNaN(a) || isNaN(b)) {
            return nan(a, b);
        }
        boolean negative = isNegative(a) != isNegative(b);
        if (isInfinite(a) || isInfinite(b)) {
            return isZero(a) || isZero(b) ? invalid() : infinity(negative);
        }
        return round(product(value(a), value(b)));
    }

    private long fma(long a, long b, long c) {
        if (isInfinite(a) && isZero(b) || isZero(a) && isInfinite(b)) {
            return invalid();
        }
        if (isNaN(a) || isNaN(b) || isNaN(c)) {
            nan(a, b);
            return nan(c, c);
        }
        boolean negative = isNegative(a) != isNegative(b);
        if (isInfinite(a) || isInfinite(b)) {
            return isInfinite(c) && isNegative(c) != negative ? invalid() : infinity(negative);
        }
        if (isInfinite(c)) {
            return c;
        }
        Fraction x = product(value(a), value(b));
        Fraction y = value(c);
        BigInteger sum = x.numerator.multiply(y.denominator).add(y.numerator.multiply(x.denominator));
        boolean zeroSign = x.isZero() && y.isZero() && x.negative == y.negative ? x.negative : rm == FloatStatus.RDN;
        boolean sign = sum.signum() == 0 ? zeroSign : sum.signum() < 0;
        return round(new Fraction(sign, sum, x.denominator.multiply(y.denominator)));
    }

    private static Fraction product(Fraction x, Fraction y) {
        return new Fraction(
                x.negative != y.negative, x.numerator.multiply(y.numerator), x.denominator.multiply(y.denominator));
    }

    private long div(long a, long b) {
        if (isNaN(a) || isNaN(b)) {
            return nan(a, b);
        }
        boolean negative = isNegative(a) != isNegative(b);
        if (isInfinite(a) && isInfinite(b) || isZero(a) && isZero(b)) {
            return invalid();
        }
        if (isInfinite(a) || isZero(b)) {
            flags |= isInfinite(a) ? 0 : FloatStatus.DZ;
            return infinity(negative);
        }
        if (isInfinite(b)) {
            return negative ? signBit() : 0;
        }
        Fraction x = value(a);
        Fraction y = value(b);
        BigInteger numerator = x.numerator.multiply(y.denominator).abs();
        return round(new Fraction(
                negative,
                negative ? numerator.negate() : numerator,
                x.denominator.multiply(y.numerator).abs()));
    }

    private long sqrt(long a) {
        if (isNaN(a)) {
            return nan(a, a);
        }
        if (isZero(a)) {
            return a;
        }
        if (isNegative(a)) {
            return invalid();
        }
        if (isInfinite(a)) {
            return a;
        }
        // Denominators are powers of two. Scaled to a square of 4^k with far more bits than any rounding looks at.
        Fraction x = value(a);
        int shift = x.denominator.getLowestSetBit();
        int scale = 2 * (1200 + shift) - shift;
        BigInteger[] root = x.numerator.shiftLeft(scale).sqrtAndRemainder();
        BigInteger twice = root[0].shiftLeft(1).add(root[1].signum() == 0 ? BigInteger.ZERO : BigInteger.ONE);
        return round(new Fraction(false, twice, BigInteger.ONE.shiftLeft((scale + shift) / 2 + 1)));
    }

    private long roundToInt(long a) {
        if (isNaN(a)) {
            return nan(a, a);
        }
        if (isInfinite(a)) {
            return a;
        }
        Fraction x = value(a);
        BigInteger integer = integral(x);
        flags |= integer.multiply(x.denominator).equals(x.numerator) ? 0 : FloatStatus.NX;
        return round(new Fraction(x.negative, integer, BigInteger.ONE));
    }

    private long toInteger(String type, long a) {
        int width = type.endsWith("64") ? 64 : 32;
        boolean signed = type.startsWith("i");
        BigInteger least = signed ? BigInteger.ONE.shiftLeft(width - 1).negate() : BigInteger.ZERO;
        BigInteger greatest =
                BigInteger.ONE.shiftLeft(signed ? width - 1 : width).subtract(BigInteger.ONE);
        BigInteger result;
        if (isNaN(a) || isInfinite(a)) {
            flags |= FloatStatus.NV;
            result = isNaN(a) || !isNegative(a) ? greatest : least;
        } else {
            Fraction x = value(a);
            result = integral(x);
            if (result.compareTo(least) < 0 || result.compareTo(greatest) > 0) {
                flags |= FloatStatus.NV;
                result = result.signum() < 0 ? least : greatest;
            } else if (!result.multiply(x.denominator).equals(x.numerator)) {
                flags |= FloatStatus.NX;
            }
        }
        return width == 64 ? result.longValue() : result.intValue();
    }

    private long toFloat(ExactArithmetic out, long a) {
        if (isNaN(a)) {
            nan(a, a);
            return out.canonicalNaN();
        }
        return isInfinite(a) ? out.infinity(isNegative(a)) : out.round(value(a));
    }

    private long compare(String name, long a, long b) {
        if (isNaN(a) || isNaN(b)) {
            boolean quiet = name.equals("eq") || name.endsWith("quiet");
            flags |= !quiet || isSignaling(a) || isSignaling(b) ? FloatStatus.NV : 0;
            return 0;
        }
        int order = comparable(a).compareTo(comparable(b));
        return switch (name) {
                    case "eq" -> order == 0;
                    case "lt", "lt_quiet" -> order < 0;
                    default -> order <= 0;
                }
                ? 1
                : 0;
    }

    /** The value; for an infinity one that is beyond all finite ones. */
    private Fraction comparable(long a) {
        if (!isInfinite(a)) {
            return value(a);
        }
        BigInteger huge = BigInteger.ONE.shiftLeft(1 << exponentBits);
        return new Fraction(isNegative(a), isNegative(a) ? huge.negate() : huge, BigInteger.ONE);
    }

    /** Rounded to an integer by the rounding mode. */
    private BigInteger integral(Fraction x) {
        BigInteger[] division = x.numerator.abs().divideAndRemainder(x.denominator);
        boolean away = roundsAway(x.negative, division[0].testBit(0), division[1], x.denominator);
        BigInteger magnitude = away ? division[0].add(BigInteger.ONE) : division[0];
        return x.negative ? magnitude.negate() : magnitude;
    }

    private boolean roundsAway(boolean negative, boolean odd, BigInteger remainder, BigInteger divisor) {
        int half = remainder.shiftLeft(1).compareTo(divisor);
        return switch (rm) {
            case FloatStatus.RNE -> half > 0 || half == 0 && odd;
            case FloatStatus.RTZ -> false;
            case FloatStatus.RDN -> negative && remainder.signum() != 0;
            case FloatStatus.RUP -> !negative && remainder.signum() != 0;
            case FloatStatus.RMM -> half >= 0;
            default -> throw new IllegalArgumentException("rounding mode " + rm);
        };
    }

    private long round(Fraction x) {
        long sign = x.negative ? signBit() : 0;
        if (x.isZero()) {
            return sign;
        }
        int least = 2 - (1 << (exponentBits - 1));
        int exponent = floorLog2(x);
        int quantum = Math.max(exponent, least) - precision + 1;
        BigInteger inUnits = roundToUnits(x, quantum);
        boolean inexact = !isExactly(x, inUnits, quantum);
        int unboundedQuantum = exponent - precision + 1;
        BigInteger unbounded = roundToUnits(x, unboundedQuantum);
        boolean tiny = unbounded.bitLength() - 1 + unboundedQuantum < least;
        BigInteger greatest = BigInteger.ONE.shiftLeft(precision).subtract(BigInteger.ONE);
        int greatestQuantum = (1 << (exponentBits - 1)) - precision;
        if (quantum > greatestQuantum || quantum == greatestQuantum && inUnits.compareTo(greatest) > 0) {
            flags |= FloatStatus.OF | FloatStatus.NX;
            boolean toInfinity = rm == FloatStatus.RNE
                    || rm == FloatStatus.RMM
                    || rm == (x.negative ? FloatStatus.RDN : FloatStatus.RUP);
            return toInfinity ? infinity(x.negative) : infinity(x.negative) - 1;
        }
        if (inexact) {
            flags |= FloatStatus.NX | (tiny ? FloatStatus.UF : 0);
        }
        if (inUnits.bitLength() > precision) {
            inUnits = inUnits.shiftRight(1);
            quantum++;
        }
        boolean normal = inUnits.bitLength() == precision;
        long field = normal ? quantum + precision - 1 - least + 1 : 0;
        long fraction = inUnits.longValueExact() & (1L << (precision - 1)) - 1;
        return sign | field << (precision - 1) | fraction;
    }

    private BigInteger roundToUnits(Fraction x, int quantum) {
        BigInteger dividend = x.numerator.abs().shiftLeft(Math.max(-quantum, 0));
        BigInteger divisor = x.denominator.shiftLeft(Math.max(quantum, 0));
        BigInteger[] division = dividend.divideAndRemainder(divisor);
        boolean away = roundsAway(x.negative, division[0].testBit(0), division[1], divisor);
        return away ? division[0].add(BigInteger.ONE) : division[0];
    }

    private static boolean isExactly(Fraction x, BigInteger units, int quantum) {
        BigInteger left = units.shiftLeft(Math.max(quantum, 0)).multiply(x.denominator);
        return left.equals(x.numerator.abs().shiftLeft(Math.max(-quantum, 0)));
    }

    private static int floorLog2(Fraction x) {
        BigInteger magnitude = x.numerator.abs();
        int estimate = magnitude.bitLength() - x.denominator.bitLength();
        BigInteger left = magnitude.shiftLeft(Math.max(-estimate, 0));
        BigInteger right = x.denominator.shiftLeft(Math.max(estimate, 0));
        return left.compareTo(right) >= 0 ? estimate : estimate - 1;
    }

    private Fraction value(long a) {
        int field = (int) (a >>> (precision - 1)) & (1 << exponentBits) - 1;
        long fraction = a & (1L << (precision - 1)) - 1;
        long significand = field == 0 ? fraction : fraction | 1L << (precision - 1);
        int exponent = Math.max(field, 1) - ((1 << (exponentBits - 1)) - 1) - (precision - 1);
        BigInteger magnitude = BigInteger.valueOf(significand).shiftLeft(Math.max(exponent, 0));
        BigInteger denominator = BigInteger.ONE.shiftLeft(Math.max(-exponent, 0));
        Fraction positive = new Fraction(false, magnitude, denominator);
        return isNegative(a) ? positive.negate() : positive;
    }

    private long one() {
        return (1L << (exponentBits - 1)) - 1 << (precision - 1);
    }

    private long signBit() {
        return 1L << (exponentBits + precision - 1);
    }

    private long infinity(boolean negative) {
        return (negative ? signBit() : 0) | (1L << exponentBits) - 1 << (precision - 1);
    }

    private long canonicalNaN() {
        return infinity(false) | 1L << (precision - 2);
    }

    private boolean isNegative(long a) {
        return (a & signBit()) != 0;
    }

    private boolean isZero(long a) {
        return (a & signBit() - 1) == 0;
    }

    private boolean isInfinite(long a) {
        return (a & signBit() - 1) == infinity(false);
    }

    private boolean isNaN(long a) {
        return (a & signBit() - 1) > infinity(false);
    }

    private boolean isSignaling(long a) {
        return isNaN(a) && (a & 1L << (precision - 2)) == 0;
    }

    private long nan(long a, long b) {
        flags |= isSignaling(a) || isSignaling(b) ? FloatStatus.NV : 0;
        return canonicalNaN();
    }

    private long invalid() {
        flags |= FloatStatus.NV;
        return canonicalNaN();
    }
}
