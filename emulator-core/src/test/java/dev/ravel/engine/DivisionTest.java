package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.stream.LongStream;

/** A loop that divides by what it does not change, for which a translator may multiply: quotient and remainder are what the Unprivileged specification says (13.2). */
class DivisionTest {
    private static final int DIVIDENDS = 0x2000;
    private static final int DIVISORS = 0x3000;
    private static final int RESULTS = 0x10_0000;
    private static final int RESULT = 40;

    private static final long[] WORDS = {
        0, 1, -1, 2, -2, 3, 7, -7, 10, 255, 256, 641, 1000, 65_535, 65_537, Integer.MAX_VALUE, Integer.MIN_VALUE, -1000
    };

    private static final long[] EDGES = LongStream.concat(
                    LongStream.of(WORDS),
                    LongStream.of(
                            1L << 31,
                            (1L << 32) - 1,
                            1L << 32,
                            (1L << 32) + 1,
                            6_700_417L << 20,
                            (1L << 53) - 1,
                            Long.MAX_VALUE,
                            Long.MAX_VALUE - 1,
                            Long.MIN_VALUE,
                            Long.MIN_VALUE + 1,
                            0x5555_5555_5555_5555L,
                            0xaaaa_aaaa_aaaa_aaabL))
            .toArray();

    @EveryEngine
    void dividesByAnything(TestEngine engine) {
        check(engine, EDGES, false);
    }

    /** A register that a bitwise operation reads may be kept as a word. */
    @EveryEngine
    void dividesByWords(TestEngine engine) {
        check(engine, WORDS, true);
    }

    private static void check(TestEngine engine, long[] divisors, boolean bitwise) {
        try (BareMachine m = new BareMachine(engine)) {
            fill(m, DIVIDENDS, EDGES);
            fill(m, DIVISORS, divisors);
            m.hart.x[8] = BASE + DIVIDENDS;
            m.hart.x[9] = BASE + DIVISORS;
            m.hart.x[10] = BASE + RESULTS;
            m.hart.x[11] = divisors.length;
            m.hart.x[12] = EDGES.length;
            long outer = m.here();
            m.add("ld", 5, 0, 9).add("addi", 6, 8, 0).add("addi", 7, 12, 0);
            long inner = m.here();
            m.add("ld", 13, 0, 6);
            m.add("divu", 14, 13, 5).add("sd", 14, 0, 10);
            m.add("remu", 15, 13, 5).add("sd", 15, 8, 10);
            m.add("div", 16, 13, 5).add("sd", 16, 16, 10);
            m.add("rem", 17, 13, 5).add("sd", 17, 24, 10);
            m.add("remu", 13, 13, 5).add("sd", 13, 32, 10);
            if (bitwise) {
                m.add("andi", 18, 5, 15);
            }
            m.add("addi", 10, 10, RESULT).add("addi", 6, 6, 8).add("addi", 7, 7, -1);
            m.add("bne", 7, 0, inner - m.here());
            m.add("addi", 9, 9, 8)
                    .add("addi", 11, 11, -1)
                    .add("bne", 11, 0, outer - m.here())
                    .stop();
            m.run();
            int at = RESULTS;
            for (long divisor : divisors) {
                for (long dividend : EDGES) {
                    String what = "%d by %d".formatted(dividend, divisor);
                    BigInteger[] unsigned = divide(unsigned(dividend), unsigned(divisor));
                    BigInteger[] signed = divide(BigInteger.valueOf(dividend), BigInteger.valueOf(divisor));
                    assertThat(result(m, at)).as("divu: " + what).isEqualTo(unsigned[0].longValue());
                    assertThat(result(m, at + 8)).as("remu: " + what).isEqualTo(unsigned[1].longValue());
                    assertThat(result(m, at + 16)).as("div: " + what).isEqualTo(signed[0].longValue());
                    assertThat(result(m, at + 24)).as("rem: " + what).isEqualTo(signed[1].longValue());
                    assertThat(result(m, at + 32)).as("remu: " + what).isEqualTo(unsigned[1].longValue());
                    at += RESULT;
                }
            }
        }
    }

    /** Quotient and remainder, rounded towards zero; by zero -1 and the dividend. */
    private static BigInteger[] divide(BigInteger dividend, BigInteger divisor) {
        return divisor.signum() == 0
                ? new BigInteger[] {BigInteger.valueOf(-1), dividend}
                : dividend.divideAndRemainder(divisor);
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static void fill(BareMachine m, int offset, long[] values) {
        for (int i = 0; i < values.length; i++) {
            m.pokeLong(BASE + offset + 8L * i, values[i]);
        }
    }

    private static long result(BareMachine m, int offset) {
        return m.peekLong(BASE + offset);
    }
}
