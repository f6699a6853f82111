package dev.ravel.fp;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Minimum, maximum, classes and what else gives back an operand or a predicate of it. */
class FloatSelectionTest {
    private static final int CASES = 4000;

    @FunctionalInterface
    private interface Select {
        long apply(FloatStatus status, long a, long b);
    }

    /** The four operations of a format, in the order minimumNumber, maximumNumber, minimum, maximum. */
    private static Select[] selections(String type) {
        return switch (type) {
            case "f64" -> new Select[] {Float64::min, Float64::max, Float64::minm, Float64::maxm};
            case "f32" ->
                new Select[] {
                    (s, a, b) -> Float32.min(s, (int) a, (int) b) & 0xffff_ffffL,
                    (s, a, b) -> Float32.max(s, (int) a, (int) b) & 0xffff_ffffL,
                    (s, a, b) -> Float32.minm(s, (int) a, (int) b) & 0xffff_ffffL,
                    (s, a, b) -> Float32.maxm(s, (int) a, (int) b) & 0xffff_ffffL
                };
            default ->
                new Select[] {
                    (s, a, b) -> Float16.min(s, (int) a, (int) b),
                    (s, a, b) -> Float16.max(s, (int) a, (int) b),
                    (s, a, b) -> Float16.minm(s, (int) a, (int) b),
                    (s, a, b) -> Float16.maxm(s, (int) a, (int) b)
                };
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"f16", "f32", "f64"})
    void minimumAndMaximumOrderZerosBySignAndTreatNaNAsNamed(String type) {
        HardOperands hard = hardOperands(type);
        Format format = HardOperands.format(type);
        Select[] selections = selections(type);
        FloatStatus status = new FloatStatus();
        for (int round = 0; round < CASES; round++) {
            long[] operands = hard.operands(type);
            long a = operands[0];
            long b = round % 5 == 0 ? a ^ format.sign(true) : operands[1];
            boolean aIsNaN = (a & format.sign(true) - 1) > format.infinity();
            boolean bIsNaN = (b & format.sign(true) - 1) > format.infinity();
            int flags = isSignaling(format, a) || isSignaling(format, b) ? FloatStatus.NV : 0;
            for (int i = 0; i < selections.length; i++) {
                boolean wantsLess = i % 2 == 0;
                long expected;
                if (aIsNaN && bIsNaN || i >= 2 && (aIsNaN || bIsNaN)) {
                    expected = format.canonicalNaN();
                } else if (aIsNaN || bIsNaN) {
                    expected = aIsNaN ? b : a;
                } else {
                    expected = Double.compare(asDouble(type, a), asDouble(type, b)) <= 0 == wantsLess ? a : b;
                }
                status.flags = 0;
                assertThat(selections[i].apply(status, a, b))
                        .as("%s %d of %x, %x", type, i, a, b)
                        .isEqualTo(expected);
                assertThat(status.flags).as("%s %d of %x, %x", type, i, a, b).isEqualTo(flags);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 7ff0000000000000, 7f800000, 7c00", //
        "1, 7fefffffffffffff, 7f7fffff, 7bff",
        "1, 0010000000000000, 00800000, 0400",
        "2, 000fffffffffffff, 007fffff, 03ff",
        "2, 0000000000000001, 00000001, 0001",
        "3, 0000000000000000, 00000000, 0000",
    })
    void classesOfNumbersAreMirroredAroundZero(int bit, String f64, String f32, String f16) {
        long a = Long.parseUnsignedLong(f64, 16);
        int b = Integer.parseUnsignedInt(f32, 16);
        int c = Integer.parseInt(f16, 16);
        assertThat(Float64.classify(a | 1L << 63)).isEqualTo(1L << bit);
        assertThat(Float32.classify(b | 1 << 31)).isEqualTo(1L << bit);
        assertThat(Float16.classify(c | 1 << 15)).isEqualTo(1L << bit);
        assertThat(Float64.classify(a)).isEqualTo(1L << 7 - bit);
        assertThat(Float32.classify(b)).isEqualTo(1L << 7 - bit);
        assertThat(Float16.classify(c)).isEqualTo(1L << 7 - bit);
    }

    @Test
    void theClassOfNaNTellsSignalingFromQuietWhateverTheSign() {
        assertThat(Float64.classify(0xfff0_0000_0000_0001L)).isEqualTo(1 << 8);
        assertThat(Float64.classify(0x7ff7_ffff_ffff_ffffL)).isEqualTo(1 << 8);
        assertThat(Float64.classify(0xfff8_0000_0000_0000L)).isEqualTo(1 << 9);
        assertThat(Float32.classify(0xff80_0001)).isEqualTo(1 << 8);
        assertThat(Float32.classify(0x7fc0_0000)).isEqualTo(1 << 9);
        assertThat(Float16.classify(0xfdff)).isEqualTo(1 << 8);
        assertThat(Float16.classify(0xfe00)).isEqualTo(1 << 9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f16", "f32", "f64"})
    void roundingWithoutInexactDiffersOnlyInThatFlag(String type) {
        HardOperands hard = hardOperands(type);
        for (int round = 0; round < CASES; round++) {
            long a = hard.operands(type)[0];
            int rm = round % 5;
            FloatStatus exact = new FloatStatus();
            FloatStatus silent = new FloatStatus();
            switch (type) {
                case "f64" -> assertThat(Float64.round(silent, a, rm)).isEqualTo(Float64.roundExact(exact, a, rm));
                case "f32" ->
                    assertThat(Float32.round(silent, (int) a, rm)).isEqualTo(Float32.roundExact(exact, (int) a, rm));
                default ->
                    assertThat(Float16.round(silent, (int) a, rm)).isEqualTo(Float16.roundExact(exact, (int) a, rm));
            }
            assertThat(silent.flags).isEqualTo(exact.flags & ~FloatStatus.NX);
        }
    }

    @Test
    void theModularConversionKeepsTheLowBitsAndTheFlagsOfTheSaturatingOne() {
        HardOperands hard = hardOperands("f64");
        for (int round = 0; round < 4 * CASES; round++) {
            long a = hard.operands("f64")[round % 2];
            double value = Double.longBitsToDouble(a);
            FloatStatus modular = new FloatStatus();
            FloatStatus saturating = new FloatStatus();
            long expected = Double.isFinite(value)
                    ? new BigDecimal(value).toBigInteger().intValue()
                    : 0;
            assertThat(Float64.toInt32Modular(modular, a)).as("%x", a).isEqualTo(expected);
            Float64.toInt32(saturating, a, FloatStatus.RTZ);
            assertThat(modular.flags).as("%x", a).isEqualTo(saturating.flags);
        }
    }

    private static HardOperands hardOperands(String type) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(type.hashCode());
        return new HardOperands(random);
    }

    private static boolean isSignaling(Format format, long a) {
        long magnitude = a & format.sign(true) - 1;
        return magnitude > format.infinity() && magnitude < format.canonicalNaN();
    }

    private static double asDouble(String type, long a) {
        return switch (type) {
            case "f64" -> Double.longBitsToDouble(a);
            case "f32" -> Float.intBitsToFloat((int) a);
            default -> Float.float16ToFloat((short) a);
        };
    }
}
