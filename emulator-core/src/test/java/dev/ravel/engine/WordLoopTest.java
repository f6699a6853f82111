package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.END;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Cause;

/**
 * Loops whose instructions make numbers of 32 bits, sign-extended, which engines may keep as such: whatever the loop is entered with and
 * wherever it is left, registers hold all their 64 bits.
 */
class WordLoopTest {
    private static final long DATA = BASE + 0x4000;
    private static final long WIDE = 0x1_2345_6789_abcdL;
    private static final int ROUNDS = 5;

    @EveryEngine
    void itMayBeEnteredWithMoreThanWords(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[8] = WIDE;
            m.hart.x[31] = 3;
            long again = m.here();
            m.add("addi", 12, 0, ROUNDS).add("addi", 10, 8, 0).add("addi", 11, 0, 0);
            long loop = m.here();
            m.add("xor", 11, 11, 10).add("addiw", 10, 10, 1).add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here());
            // The next time with a word.
            m.add("add", 9, 9, 11).add("addiw", 8, 8, 0).add("addi", 31, 31, -1);
            m.add("bne", 31, 0, again - m.here()).stop();
            m.run();
            long expected = sum(WIDE) + 2 * sum((int) WIDE);
            assertThat(m.hart.x[9]).isEqualTo(expected);
            assertThat(m.hart.x[10]).isEqualTo((int) WIDE + ROUNDS);
        }
    }

    /** What the loop of {@link #itMayBeEnteredWithMoreThanWords} makes of a value. */
    private static long sum(long first) {
        long value = first;
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            sum ^= value;
            value = (int) (value + 1);
        }
        return sum;
    }

    /** Nothing but a later round, which knows that the register was written, goes there so. */
    @EveryEngine
    void itMayBeLeftForAnotherPageBeforeARoundWritesARegister(TestEngine engine) {
        for (int rounds : new int[] {0, 1, 2, 100}) {
            try (BareMachine m = new BareMachine(engine)) {
                m.hart.x[8] = WIDE;
                m.hart.x[12] = rounds;
                m.add("jal", 0, 0xf00).org(BASE + 0xf00);
                long loop = m.here();
                m.add("addi", 12, 12, -1).add("blt", 12, 0, BASE + 0x1010 - m.here());
                m.add("addiw", 8, 12, 3).add("bne", 12, 31, loop - m.here());
                m.org(BASE + 0x1010).stop();
                m.hart.x[31] = -99;
                m.run();
                assertThat(m.hart.x[8]).isEqualTo(rounds == 0 ? WIDE : 3);
                assertThat(m.hart.x[12]).isEqualTo(-1);
            }
        }
    }

    @EveryEngine
    void aTrapBeforeTheFirstRoundWritesARegisterLeavesItAlone(TestEngine engine) {
        assertThat(trapAfter(engine, 0)).containsExactly(WIDE, WIDE + 1, 0);
    }

    @EveryEngine
    void aTrapLaterFindsWhatTheRoundBeforeHasWritten(TestEngine engine) {
        assertThat(trapAfter(engine, 1)).containsExactly(-1, 0x7ffe_ffff, 1);
        assertThat(trapAfter(engine, 7)).containsExactly(-7, 0x7ffe_fff9, 7);
    }

    /** Loads words up to the end of RAM in a loop, after as many rounds; the two registers that a round writes, and its count. */
    private static long[] trapAfter(TestEngine engine, int rounds) {
        try (BareMachine m = new BareMachine(engine)) {
            for (int i = 1; i <= rounds; i++) {
                m.poke(END - 4L * i, i - rounds - 1);
            }
            m.hart.x[10] = END - 4L * rounds;
            m.hart.x[8] = WIDE;
            m.hart.x[9] = WIDE + 1;
            m.hart.x[13] = 0x7fff_0000;
            long loop = m.here();
            m.add("lw", 5, 0, 10)
                    .add("addi", 8, 5, 0)
                    .add("addw", 9, 5, 13)
                    .add("addi", 10, 10, 4)
                    .add("addi", 11, 11, 1);
            m.add("bne", 10, 0, loop - m.here());
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.LOAD_ACCESS);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(END);
            return new long[] {m.hart.x[8], m.hart.x[9], m.hart.x[11]};
        }
    }

    @EveryEngine
    void itMayBeEnteredInItsMiddle(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[5] = WIDE;
            m.hart.x[6] = 1;
            m.hart.x[12] = 4;
            m.add("jal", 0, 12);
            long loop = m.here();
            m.add("addiw", 5, 6, 0).add("addiw", 6, 7, 0);
            // Here it is entered.
            m.add("addw", 7, 5, 6)
                    .add("addi", 12, 12, -1)
                    .add("bne", 12, 0, loop - m.here())
                    .stop();
            m.run();
            long a = WIDE;
            long b = 1;
            long c = 0;
            for (int round = 0; round < 4; round++) {
                if (round > 0) {
                    a = b;
                    b = c;
                }
                c = (int) (a + b);
            }
            assertThat(m.hart.x[5]).isEqualTo(a);
            assertThat(m.hart.x[6]).isEqualTo(b);
            assertThat(m.hart.x[7]).isEqualTo(c);
            assertThat(m.hart.instret).isEqualTo(1 + 3 + 3 * 5);
        }
    }

    @EveryEngine
    void itsWordsAreSignExtendedWhereverTheyAreUsed(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[10] = DATA;
            m.hart.x[12] = 40;
            m.hart.x[5] = 0x7fff_fff0;
            m.hart.x[6] = -3;
            long loop = m.here();
            m.add("addiw", 5, 5, 1).add("sraiw", 7, 5, 4).add("srliw", 8, 5, 4).add("sllw", 9, 5, 6);
            m.add("xor", 13, 7, 9).add("or", 14, 8, 6).add("and", 15, 13, 14).add("subw", 16, 15, 5);
            m.add("mulw", 17, 16, 13)
                    .add("andi", 18, 17, -16)
                    .add("xori", 19, 18, -1)
                    .add("addi", 20, 19, 0);
            m.add("sltu", 21, 20, 5)
                    .add("lui", 22, -0x8000_0000L)
                    .add("add", 23, 20, 22)
                    .add("sltu", 24, 23, 16);
            m.add("add", 25, 25, 20).add("xor", 25, 25, 23).add("sd", 25, 0, 10).add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            long sum = 0;
            long x5 = 0x7fff_fff0;
            for (int i = 0; i < 40; i++) {
                x5 = (int) (x5 + 1);
                int x13 = (int) x5 >> 4 ^ (int) x5 << -3;
                int x14 = (int) x5 >>> 4 | -3;
                int x16 = (x13 & x14) - (int) x5;
                long x20 = ~(x16 * x13 & -16);
                sum += x20;
                sum ^= x20 - 0x8000_0000L;
            }
            assertThat(m.hart.x[25]).isEqualTo(sum);
            assertThat(m.peekLong(DATA)).isEqualTo(sum);
            assertThat(m.hart.x[5]).isEqualTo(x5);
        }
    }
}
