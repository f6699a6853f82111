package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.END;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.csr.Mstatus;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Loops whose floating-point registers engines may keep as numbers of the host: whatever the loop is entered with and wherever it is left, registers
 * and memory hold the bits that the specification says, also of NaNs and of what is in no box (Unprivileged ISA, 21.2).
 */
class FloatLoopTest {
    private static final long DATA = BASE + 0x4000;
    private static final long BOX = -1L << 32;
    private static final long SINGLE_NAN = BOX | 0x7fc0_0000L;
    private static final int ROUNDS = 20;

    /** Quiet and signalling, with payloads; and what is none. */
    private static final long[] BITS = {
        0x7ff8_0000_0000_0000L,
        0x7ff0_0000_0000_0001L,
        0xfff4_dead_beef_0001L,
        0xfff8_0000_0000_0123L,
        Long.MIN_VALUE,
        1,
        0x3ff0_0000_0000_0000L,
        BOX | 0x7f80_0001L,
        BOX | 0xffc0_0042L,
        BOX | 0x3f80_0000L
    };

    private static BareMachine machine(TestEngine engine) {
        BareMachine m = new BareMachine(engine);
        m.hart.csrs.mstatus.value |= Mstatus.FS;
        m.hart.fp.flags = FloatStatus.NX;
        m.hart.x[12] = ROUNDS;
        return m;
    }

    private static long single(float value) {
        return BOX | Float.floatToRawIntBits(value);
    }

    private static long number(double value) {
        return Double.doubleToRawLongBits(value);
    }

    @EveryEngine
    void singlesMayBeInNoBoxWhereItIsEntered(TestEngine engine) {
        long outside = Float.floatToRawIntBits(2);
        try (BareMachine m = machine(engine)) {
            m.hart.f[10] = single(1);
            m.hart.f[11] = outside;
            m.hart.f[13] = single(8);
            m.hart.f[14] = outside;
            long loop = m.here();
            m.add("fadd.s", 10, 10, 11, 0)
                    .add("fmul.s", 12, 13, 13, 0)
                    .add("fsgnj.s", 15, 14, 14)
                    .add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.f[10]).isEqualTo(SINGLE_NAN);
            assertThat(m.hart.f[11]).isEqualTo(outside);
            assertThat(m.hart.f[12]).isEqualTo(single(64));
            assertThat(m.hart.f[14]).isEqualTo(outside);
            assertThat(m.hart.f[15]).isEqualTo(SINGLE_NAN);
            assertThat(m.hart.fp.flags).isEqualTo(FloatStatus.NX);
        }
    }

    @EveryEngine
    void singlesStayInTheirBoxes(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            m.hart.f[10] = single(1);
            m.hart.f[11] = single(0.5f);
            m.hart.x[10] = DATA;
            long loop = m.here();
            m.add("fadd.s", 10, 10, 11, 0)
                    .add("fmul.s", 12, 10, 11, 0)
                    .add("fsd", 12, 0, 10)
                    .add("fsw", 10, 8, 10)
                    .add("fmv.x.d", 13, 12)
                    .add("fmv.x.w", 14, 12)
                    .add("fsgnjn.s", 13, 12, 12)
                    .add("fcvt.d.s", 14, 13, 0)
                    .add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            float sum = 1 + ROUNDS * 0.5f;
            assertThat(m.hart.f[10]).isEqualTo(single(sum));
            assertThat(m.hart.f[12]).isEqualTo(single(sum / 2));
            assertThat(m.hart.f[13]).isEqualTo(single(-sum / 2));
            assertThat(m.hart.f[14]).isEqualTo(number(-sum / 2));
            assertThat(m.hart.x[13]).isEqualTo(single(sum / 2));
            assertThat(m.hart.x[14]).isEqualTo((long) Float.floatToRawIntBits(sum / 2));
            assertThat(m.peekLong(DATA)).isEqualTo(single(sum / 2));
            assertThat(m.peekLong(DATA + 8)).isEqualTo((long) Float.floatToRawIntBits(sum));
        }
    }

    /** What f10 to f15 hold. */
    private static long[] written(BareMachine m) {
        return Arrays.copyOfRange(m.hart.f, 10, 16);
    }

    /** Moved, negated and made positive: what is no arithmetic makes no NaN quiet and none canonical. */
    @EveryEngine
    void bitsOfDoublesAreKept(TestEngine engine) {
        for (long bits : BITS) {
            try (BareMachine m = machine(engine)) {
                m.pokeLong(DATA, bits);
                m.hart.f[20] = bits;
                m.hart.x[10] = DATA;
                long loop = m.here();
                m.add("fld", 10, 0, 10)
                        .add("fsgnj.d", 11, 10, 10)
                        .add("fsgnjn.d", 12, 11, 11)
                        .add("fsgnjx.d", 13, 12, 12)
                        .add("fsgnj.d", 14, 13, 12)
                        .add("fsgnj.d", 15, 20, 20)
                        .add("fsd", 11, 8, 10)
                        .add("fsd", 12, 16, 10)
                        .add("fsd", 13, 24, 10)
                        .add("fmv.x.d", 13, 15)
                        .add("addi", 12, 12, -1);
                m.add("bne", 12, 0, loop - m.here()).stop();
                m.run();
                long sign = Long.MIN_VALUE;
                assertThat(written(m)).containsExactly(bits, bits, bits ^ sign, bits & ~sign, bits ^ sign, bits);
                assertThat(m.hart.f[20]).isEqualTo(bits);
                assertThat(m.hart.x[13]).isEqualTo(bits);
                assertThat(LongStream.of(8, 16, 24)
                                .map(offset -> m.peekLong(DATA + offset))
                                .toArray())
                        .containsExactly(bits, bits ^ sign, bits & ~sign);
            }
        }
    }

    @EveryEngine
    void bitsOfSinglesAreKept(TestEngine engine) {
        for (long bits : BITS) {
            try (BareMachine m = machine(engine)) {
                m.pokeLong(DATA, bits);
                m.hart.x[10] = DATA;
                long loop = m.here();
                m.add("flw", 10, 0, 10)
                        .add("fsgnj.s", 11, 10, 10)
                        .add("fsgnjn.s", 12, 11, 11)
                        .add("fsgnjx.s", 13, 12, 12)
                        .add("fsgnj.s", 14, 13, 12)
                        .add("fsw", 11, 8, 10)
                        .add("fsw", 12, 12, 10)
                        .add("fmv.x.w", 13, 13)
                        .add("fmv.w.x", 15, 13)
                        .add("addi", 12, 12, -1);
                m.add("bne", 12, 0, loop - m.here()).stop();
                m.run();
                int low = (int) bits;
                int sign = Integer.MIN_VALUE;
                long[] expected = LongStream.of(low, low, low ^ sign, low & ~sign, low ^ sign, low & ~sign)
                        .map(word -> word | BOX)
                        .toArray();
                assertThat(written(m)).containsExactly(expected);
                assertThat(m.hart.x[13]).isEqualTo(low & ~sign);
                assertThat(m.peekLong(DATA + 8)).isEqualTo(Integer.toUnsignedLong(low) | (long) (low ^ sign) << 32);
            }
        }
    }

    /** The same register as both: a box is a number of 64 bits, too, a NaN. */
    @EveryEngine
    void aRegisterMayHoldNowOneAndNowTheOther(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            m.pokeLong(DATA, number(1.5));
            m.hart.f[10] = single(3);
            m.hart.x[10] = DATA;
            long loop = m.here();
            m.add("fsd", 10, 8, 10)
                    .add("fld", 10, 0, 10)
                    .add("fadd.d", 10, 10, 10, 0)
                    .add("fsd", 10, 16, 10)
                    .add("fcvt.s.d", 10, 10, 0)
                    .add("fadd.s", 10, 10, 10, 0)
                    .add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.f[10]).isEqualTo(single(6));
            assertThat(m.peekLong(DATA + 8)).isEqualTo(single(6));
            assertThat(m.peekLong(DATA + 16)).isEqualTo(number(3));
        }
    }

    /** The first round finds a number in its box and leaves one that is in none. */
    @EveryEngine
    void aNumberMayBecomeADoubleInItsRegister(TestEngine engine) {
        for (int rounds : new int[] {1, 2, ROUNDS}) {
            try (BareMachine m = machine(engine)) {
                m.hart.f[10] = single(3);
                m.hart.x[12] = rounds;
                long loop = m.here();
                m.add("fcvt.d.s", 10, 10, 0).add("addi", 12, 12, -1);
                m.add("bne", 12, 0, loop - m.here()).stop();
                m.run();
                assertThat(m.hart.f[10]).isEqualTo(rounds == 1 ? number(3) : number(Double.NaN));
            }
        }
    }

    /** Which later rounds take for a NaN. */
    @EveryEngine
    void aNumberMayBecomeASingleInItsRegister(TestEngine engine) {
        for (int rounds : new int[] {1, 2, ROUNDS}) {
            try (BareMachine m = machine(engine)) {
                m.hart.f[10] = single(1);
                m.hart.f[11] = number(1.5);
                m.hart.f[12] = single(2);
                m.hart.f[13] = number(4);
                m.hart.x[12] = rounds;
                long loop = m.here();
                m.add("fcvt.s.d", 11, 11, 0)
                        .add("fadd.s", 10, 10, 12, 0)
                        .add("fadd.d", 13, 13, 10, 0)
                        .add("addi", 12, 12, -1);
                m.add("bne", 12, 0, loop - m.here()).stop();
                m.run();
                assertThat(m.hart.f[10]).isEqualTo(single(1 + 2 * rounds));
                assertThat(m.hart.f[11]).isEqualTo(rounds == 1 ? single(1.5f) : SINGLE_NAN);
                assertThat(m.hart.f[13]).isEqualTo(number(Double.NaN));
            }
        }
    }

    /** A box is a NaN to what reads 64 bits. */
    @EveryEngine
    void aSingleMayBeReadAsADouble(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            m.hart.f[10] = single(1);
            m.hart.f[12] = single(2);
            m.hart.f[13] = number(4);
            long loop = m.here();
            m.add("fadd.s", 10, 10, 12, 0)
                    .add("fadd.d", 13, 13, 10, 0)
                    .add("fsgnj.d", 14, 10, 10)
                    .add("flt.d", 13, 10, 13)
                    .add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.f[10]).isEqualTo(single(1 + 2 * ROUNDS));
            assertThat(m.hart.f[13]).isEqualTo(number(Double.NaN));
            assertThat(m.hart.f[14]).isEqualTo(single(1 + 2 * ROUNDS));
            assertThat(m.hart.x[13]).isZero();
        }
    }

    /** What is not ordinary is computed by a call that comes back, which finds its operands and leaves its result. */
    @EveryEngine
    void whatIsNotOrdinaryIsComputedToo(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            m.hart.f[10] = number(1);
            m.hart.f[11] = number(0x1p-40);
            m.hart.f[12] = single(1);
            m.hart.f[13] = single(0x1p-6f);
            m.hart.f[15] = single(0x1p20f);
            m.hart.x[12] = 40;
            long loop = m.here();
            m.add("fmul.d", 10, 10, 11, 0)
                    .add("fmul.s", 12, 12, 13, 0)
                    .add("fmul.s", 15, 15, 15, 0)
                    .add("fsub.s", 16, 15, 15, 0)
                    .add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.f[10]).isZero();
            assertThat(m.hart.f[12]).isEqualTo(single(0));
            assertThat(m.hart.f[15]).isEqualTo(single(Float.POSITIVE_INFINITY));
            assertThat(m.hart.f[16]).isEqualTo(SINGLE_NAN);
            assertThat(m.hart.fp.flags).isEqualTo(FloatStatus.NX | FloatStatus.UF | FloatStatus.OF | FloatStatus.NV);
        }
    }

    @EveryEngine
    void aTrapFindsAllThatWasWritten(TestEngine engine) {
        for (int rounds : new int[] {0, 1, 7}) {
            try (BareMachine m = machine(engine)) {
                for (int i = 1; i <= rounds; i++) {
                    m.pokeLong(END - 16L * i, number(i));
                    m.pokeLong(END - 16L * i + 8, single(i));
                }
                m.hart.f[10] = BITS[2];
                m.hart.f[11] = Float.floatToRawIntBits(7);
                m.hart.f[12] = number(100);
                m.hart.f[13] = single(1000);
                m.hart.x[10] = END - 16L * rounds;
                long loop = m.here();
                m.add("fld", 10, 0, 10)
                        .add("flw", 11, 8, 10)
                        .add("fadd.d", 12, 12, 10, 0)
                        .add("fadd.s", 13, 13, 11, 0)
                        .add("addi", 10, 10, 16);
                m.add("bne", 10, 0, loop - m.here());
                m.run();
                assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.LOAD_ACCESS);
                assertThat(m.hart.csrs.mtval.value).isEqualTo(END);
                int sum = rounds * (rounds + 1) / 2;
                assertThat(m.hart.f[10]).isEqualTo(rounds == 0 ? BITS[2] : number(1));
                assertThat(m.hart.f[11]).isEqualTo(rounds == 0 ? Float.floatToRawIntBits(7) : single(1));
                assertThat(m.hart.f[12]).isEqualTo(number(100 + sum));
                assertThat(m.hart.f[13]).isEqualTo(single(1000 + sum));
            }
        }
    }

    /** Floating point that a loop names but does not come to is not looked at. */
    @EveryEngine
    void aLoopMayNameWhatIsOff(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            m.hart.csrs.mstatus.value &= ~Mstatus.FS;
            long loop = m.here();
            m.add("addi", 13, 13, 1)
                    .add("beq", 14, 0, 8)
                    .add("fadd.d", 10, 10, 11, 7)
                    .add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[13]).isEqualTo(ROUNDS);
        }
    }

    /** A loop that is gone through twice, with that in between; answers where its addition is. */
    private static long twice(BareMachine m, String mnemonic, long... operands) {
        m.hart.f[10] = number(1);
        m.hart.f[11] = number(0x1p-60);
        m.hart.x[15] = Mstatus.FS;
        long again = m.here();
        m.add("addi", 12, 0, ROUNDS);
        long loop = m.here();
        m.add("addi", 13, 13, 1);
        long addition = m.here();
        m.add("fadd.d", 10, 10, 11, 7).add("addi", 12, 12, -1);
        m.add("bne", 12, 0, loop - m.here());
        m.add(mnemonic, operands).add("addi", 14, 14, 1).add("addi", 16, 0, 2);
        m.add("bne", 14, 16, again - m.here()).stop();
        m.run();
        return addition;
    }

    private static void trapsTheSecondTime(TestEngine engine, String mnemonic, long... operands) {
        try (BareMachine m = machine(engine)) {
            long addition = twice(m, mnemonic, operands);
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.ILLEGAL_INSTRUCTION);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(addition);
            assertThat(m.hart.x[13]).isEqualTo(ROUNDS + 1);
            assertThat(m.hart.x[12]).isEqualTo(ROUNDS);
            assertThat(m.hart.f[10]).isEqualTo(number(1));
        }
    }

    @EveryEngine
    void itTrapsWhereFloatingPointIsUsedAndWasTurnedOff(TestEngine engine) {
        trapsTheSecondTime(engine, "csrrc", 0, CsrNumber.MSTATUS, 15);
    }

    @EveryEngine
    void itTrapsWhereItRoundsByAReservedMode(TestEngine engine) {
        trapsTheSecondTime(engine, "csrrwi", 0, CsrNumber.FRM, 5);
    }

    @EveryEngine
    void itRoundsAsItIsToldLater(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            twice(m, "csrrwi", 0, CsrNumber.FRM, FloatStatus.RUP);
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[13]).isEqualTo(2 * ROUNDS);
            assertThat(m.hart.f[10]).isEqualTo(number(1) + ROUNDS);
        }
    }

    @EveryEngine
    void itAccruesWhatWasCleared(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            twice(m, "csrrwi", 17, CsrNumber.FFLAGS, 0);
            assertThat(m.hart.f[10]).isEqualTo(number(1));
            assertThat(m.hart.x[17]).as("after the second time").isEqualTo(FloatStatus.NX);
            assertThat(m.hart.fp.flags).isZero();
        }
    }

    @EveryEngine
    void itAccruesNothingWhereAllIsExact(TestEngine engine) {
        try (BareMachine m = machine(engine)) {
            m.hart.fp.flags = 0;
            m.hart.f[10] = number(1);
            long loop = m.here();
            m.add("fadd.d", 10, 10, 10, 7).add("addi", 12, 12, -1);
            m.add("bne", 12, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.f[10]).isEqualTo(number(1 << ROUNDS));
            assertThat(m.hart.fp.flags).isZero();
        }
    }
}
