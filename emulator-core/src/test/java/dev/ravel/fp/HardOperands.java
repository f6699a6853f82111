package dev.ravel.fp;

import java.util.random.RandomGenerator;

/**
 * Operands that are hard to get right: special values, significands of few or of many equal bits, and exponents that
 * bring results to where formats or the implementation change their ways.
 */
final class HardOperands {
    /**
     * Exponents at which something changes: where {@link Float64} and {@link Float32} leave the fast path, the ends of
     * each format's range, those of the integers.
     */
    private static final int[] LIMITS = {
        -960, 1020, -125, 126, -1074, -1022, 1023, -149, -126, 127, -24, -14, 15, 31, 32, 63, 64
    };

    private final RandomGenerator random;

    HardOperands(RandomGenerator random) {
        this.random = random;
    }

    /** Three operands of the type, {@code f64} or {@code ui32} and their like, that belong together. */
    long[] operands(String type) {
        if (!type.startsWith("f")) {
            return new long[] {integer(type), 0, 0};
        }
        Format format = format(type);
        long a = number(format);
        long b = random.nextInt(3) == 0 ? number(format) : partner(format, a);
        return new long[] {a, b, addend(format, a, b)};
    }

    static Format format(String type) {
        return switch (type) {
            case "f16" -> Format.HALF;
            case "f32" -> Format.SINGLE;
            case "f64" -> Format.DOUBLE;
            default -> throw new IllegalArgumentException(type);
        };
    }

    private long integer(String type) {
        int width = type.endsWith("64") ? 64 : 32;
        long value = significand(64) >>> random.nextInt(width) + 64 - width;
        if (random.nextBoolean()) {
            value = -value;
        }
        value += random.nextInt(-2, 3);
        return width == 64 ? value : value & 0xffff_ffffL;
    }

    private long number(Format format) {
        int greatestField = (1 << format.exponentBits()) - 1;
        int field = switch (random.nextInt(9)) {
            case 0 -> 0;
            case 1 -> greatestField;
            case 2 -> random.nextInt(1, 4);
            case 3 -> greatestField - random.nextInt(1, 4);
            case 4 -> format.maxExponent() + LIMITS[random.nextInt(LIMITS.length)] + random.nextInt(-1, 2);
            case 5, 6 -> format.maxExponent() + random.nextInt(-format.fractionBits() - 3, 66);
            default -> random.nextInt(greatestField + 1);
        };
        return number(format, field);
    }

    private long number(Format format, int field) {
        int greatestField = (1 << format.exponentBits()) - 1;
        long exponent = (long) Math.clamp(field, 0, greatestField) << format.fractionBits();
        return format.sign(random.nextBoolean()) | exponent | significand(format.fractionBits());
    }

    /** A number whose product, quotient or sum with {@code a} comes near a limit. */
    private long partner(Format format, long a) {
        int bias = format.maxExponent();
        int exponent = field(format, a) - bias;
        int apart = random.nextInt(4) == 0 ? random.nextInt(50, 58) : random.nextInt(format.fractionBits() + 4);
        return switch (random.nextInt(5)) {
            case 0 -> arithmetic(format).div(limit(format), a, random.nextInt(5));
            case 1 -> arithmetic(format).div(a, limit(format), random.nextInt(5));
            case 2 -> number(format, exponent + random.nextInt(-2, 3) + bias);
            case 3 -> number(format, exponent + apart + bias);
            default -> number(format, exponent - apart + bias);
        };
    }

    /** The least normal number, or another power of two at which something changes. */
    private long limit(Format format) {
        int exponent = random.nextBoolean() ? 1 - format.maxExponent() : LIMITS[random.nextInt(LIMITS.length)];
        long field = Math.clamp(exponent + format.maxExponent(), 1, 2 * format.maxExponent());
        return format.sign(random.nextBoolean()) | field << format.fractionBits();
    }

    /** A number that overlaps, cancels or just misses {@code a * b}. */
    private long addend(Format format, long a, long b) {
        int product = field(format, a) + field(format, b) - format.maxExponent();
        int apart = random.nextInt(4) == 0 ? random.nextInt(50, 58) : random.nextInt(2 * format.fractionBits() + 5);
        return switch (random.nextInt(6)) {
            case 0 -> number(format);
            case 1 -> number(format, product + random.nextInt(-1, 3));
            case 2 -> cancelling(format, a, b, 0);
            case 3 -> cancelling(format, a, b, limit(format));
            case 4 -> number(format, product + apart);
            default -> number(format, product - apart);
        };
    }

    /** The number nearest to {@code to - a * b}, now and then off by one. */
    private long cancelling(Format format, long a, long b, long to) {
        long difference = arithmetic(format).fma(a ^ format.sign(true), b, to, random.nextInt(5));
        return difference ^ (random.nextInt(4) == 0 ? 1 : 0);
    }

    /** The operations that shape operands; whether they are right does not matter here. */
    private interface Arithmetic {
        long div(long a, long b, int rm);

        long fma(long a, long b, long c, int rm);
    }

    private static Arithmetic arithmetic(Format format) {
        String type = "f" + (1 + format.exponentBits() + format.fractionBits());
        FloatOperations.Meaning div = FloatOperations.all().get(type + "_div").meaning();
        FloatOperations.Meaning fma =
                FloatOperations.all().get(type + "_mulAdd").meaning();
        long mask = format.sign(true) | format.sign(true) - 1;
        return new Arithmetic() {
            @Override
            public long div(long a, long b, int rm) {
                return div.apply(new FloatStatus(), a, b, 0, rm) & mask;
            }

            @Override
            public long fma(long a, long b, long c, int rm) {
                return fma.apply(new FloatStatus(), a, b, c, rm) & mask;
            }
        };
    }

    private static int field(Format format, long bits) {
        return (int) (bits >>> format.fractionBits()) & (1 << format.exponentBits()) - 1;
    }

    /** Bits in patterns that carries and sticky bits dislike. */
    private long significand(int width) {
        long all = width == 64 ? -1L : (1L << width) - 1;
        long bits = switch (random.nextInt(7)) {
            case 0 -> 0;
            case 1 -> -1L;
            case 2 -> 1L << random.nextInt(width);
            case 3 -> -1L << random.nextInt(width);
            case 4 -> (1L << random.nextInt(width)) - 1;
            case 5 -> random.nextLong() & -1L << random.nextInt(width);
            default -> random.nextLong();
        };
        return (bits ^ (random.nextInt(6) == 0 ? 1L << random.nextInt(width) : 0)) & all;
    }
}
