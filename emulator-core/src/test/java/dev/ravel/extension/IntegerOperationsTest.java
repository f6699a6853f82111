package dev.ravel.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pure integer instruction against a formula that is written another way: numbers without bounds, or one bit at a time.
 */
class IntegerOperationsTest {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
    private static final int RANDOM_PAIRS = 3000;

    private static final long[] EDGES = {
        0,
        1,
        2,
        7,
        8,
        31,
        32,
        33,
        63,
        64,
        65,
        127,
        128,
        255,
        256,
        0x7fff,
        0x8000,
        0xffff,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        0x1_0000_0000L,
        -1,
        -2,
        -128,
        -129,
        -0x8000_0000L,
        -0x8000_0001L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        0x8080_8080_8080_8080L,
        0x0001_0203_0405_0607L,
        0x1111_1111_1111_1111L,
        0x5555_5555_5555_5555L
    };

    /** By mnemonic; an instruction with one source ignores the second. */
    private static final Map<String, LongBinaryOperator> EXPECTED = new LinkedHashMap<>();

    static {
        EXPECTED.put("lui", (a, b) -> a);
        both("add", "addi", (a, b) -> wrap(signed(a).add(signed(b))));
        both("sub", "sub", (a, b) -> wrap(signed(a).subtract(signed(b))));
        both("slt", "slti", (a, b) -> signed(a).compareTo(signed(b)) < 0 ? 1 : 0);
        both("sltu", "sltiu", (a, b) -> unsigned(a).compareTo(unsigned(b)) < 0 ? 1 : 0);
        both("xor", "xori", (a, b) -> bitwise(i -> bit(a, i) != bit(b, i)));
        both("or", "ori", (a, b) -> bitwise(i -> bit(a, i) || bit(b, i)));
        both("and", "andi", (a, b) -> bitwise(i -> bit(a, i) && bit(b, i)));
        both("sll", "slli", (a, b) -> wrap(unsigned(a).shiftLeft((int) (b & 63))));
        both("srl", "srli", (a, b) -> wrap(unsigned(a).shiftRight((int) (b & 63))));
        both("sra", "srai", (a, b) -> wrap(signed(a).shiftRight((int) (b & 63))));
        both("addw", "addiw", (a, b) -> wrap32(signed(a).add(signed(b))));
        both("subw", "subw", (a, b) -> wrap32(signed(a).subtract(signed(b))));
        both("sllw", "slliw", (a, b) -> wrap32(unsigned(a).shiftLeft((int) (b & 31))));
        both("srlw", "srliw", (a, b) -> wrap32(unsigned32(a).shiftRight((int) (b & 31))));
        both("sraw", "sraiw", (a, b) -> wrap32(signed32(a).shiftRight((int) (b & 31))));

        EXPECTED.put("mul", (a, b) -> wrap(signed(a).multiply(signed(b))));
        EXPECTED.put("mulh", (a, b) -> wrap(signed(a).multiply(signed(b)).shiftRight(64)));
        EXPECTED.put("mulhsu", (a, b) -> wrap(signed(a).multiply(unsigned(b)).shiftRight(64)));
        EXPECTED.put("mulhu", (a, b) -> wrap(unsigned(a).multiply(unsigned(b)).shiftRight(64)));
        EXPECTED.put("mulw", (a, b) -> wrap32(signed(a).multiply(signed(b))));
        EXPECTED.put("div", (a, b) -> wrap(quotient(signed(a), signed(b))));
        EXPECTED.put("divu", (a, b) -> wrap(quotient(unsigned(a), unsigned(b))));
        EXPECTED.put("rem", (a, b) -> wrap(remainder(signed(a), signed(b))));
        EXPECTED.put("remu", (a, b) -> wrap(remainder(unsigned(a), unsigned(b))));
        EXPECTED.put("divw", (a, b) -> wrap32(quotient(signed32(a), signed32(b))));
        EXPECTED.put("divuw", (a, b) -> wrap32(quotient(unsigned32(a), unsigned32(b))));
        EXPECTED.put("remw", (a, b) -> wrap32(remainder(signed32(a), signed32(b))));
        EXPECTED.put("remuw", (a, b) -> wrap32(remainder(unsigned32(a), unsigned32(b))));

        EXPECTED.put("add.uw", (a, b) -> wrap(unsigned32(a).add(signed(b))));
        EXPECTED.put("slli.uw", (a, b) -> wrap(unsigned32(a).shiftLeft((int) b)));
        for (int n = 1; n <= 3; n++) {
            int shift = n;
            EXPECTED.put(
                    "sh" + n + "add", (a, b) -> wrap(signed(a).shiftLeft(shift).add(signed(b))));
            EXPECTED.put(
                    "sh" + n + "add.uw",
                    (a, b) -> wrap(unsigned32(a).shiftLeft(shift).add(signed(b))));
        }

        EXPECTED.put("andn", (a, b) -> bitwise(i -> bit(a, i) && !bit(b, i)));
        EXPECTED.put("orn", (a, b) -> bitwise(i -> bit(a, i) || !bit(b, i)));
        EXPECTED.put("xnor", (a, b) -> bitwise(i -> bit(a, i) == bit(b, i)));
        EXPECTED.put("clz", (a, b) -> 64 - unsigned(a).bitLength());
        EXPECTED.put("clzw", (a, b) -> 32 - unsigned32(a).bitLength());
        EXPECTED.put(
                "ctz",
                (a, b) -> IntStream.range(0, 64)
                        .filter(i -> bit(a, i))
                        .findFirst()
                        .orElse(64));
        EXPECTED.put(
                "ctzw",
                (a, b) -> IntStream.range(0, 32)
                        .filter(i -> bit(a, i))
                        .findFirst()
                        .orElse(32));
        EXPECTED.put("cpop", (a, b) -> unsigned(a).bitCount());
        EXPECTED.put("cpopw", (a, b) -> unsigned32(a).bitCount());
        EXPECTED.put("max", (a, b) -> wrap(signed(a).max(signed(b))));
        EXPECTED.put("min", (a, b) -> wrap(signed(a).min(signed(b))));
        EXPECTED.put("maxu", (a, b) -> wrap(unsigned(a).max(unsigned(b))));
        EXPECTED.put("minu", (a, b) -> wrap(unsigned(a).min(unsigned(b))));
        EXPECTED.put("sext.b", (a, b) -> bitwise(i -> bit(a, Math.min(i, 7))));
        EXPECTED.put("sext.h", (a, b) -> bitwise(i -> bit(a, Math.min(i, 15))));
        EXPECTED.put("zext.h", (a, b) -> bitwise(i -> i < 16 && bit(a, i)));
        EXPECTED.put("rol", (a, b) -> bitwise(i -> bit(a, i - (int) b & 63)));
        both("ror", "rori", (a, b) -> bitwise(i -> bit(a, i + (int) b & 63)));
        EXPECTED.put("rolw", (a, b) -> bitwise(i -> bit(a, Math.min(i, 31) - (int) b & 31)));
        both("rorw", "roriw", (a, b) -> bitwise(i -> bit(a, Math.min(i, 31) + (int) b & 31)));
        EXPECTED.put("orc.b", (a, b) -> bitwise(i -> IntStream.range(0, 8).anyMatch(j -> bit(a, (i & ~7) + j))));
        EXPECTED.put("rev8", (a, b) -> bitwise(i -> bit(a, 56 - (i & ~7) + (i & 7))));

        EXPECTED.put("clmul", (a, b) -> product(a, b).longValue());
        EXPECTED.put("clmulh", (a, b) -> product(a, b).shiftRight(64).longValue());
        EXPECTED.put("clmulr", (a, b) -> product(a, b).shiftRight(63).longValue());

        both("bclr", "bclri", (a, b) -> bitwise(i -> i != (b & 63) && bit(a, i)));
        both("bset", "bseti", (a, b) -> bitwise(i -> i == (b & 63) || bit(a, i)));
        both("binv", "binvi", (a, b) -> bitwise(i -> i == (b & 63) ^ bit(a, i)));
        both("bext", "bexti", (a, b) -> bit(a, (int) (b & 63)) ? 1 : 0);

        EXPECTED.put("pack", (a, b) -> bitwise(i -> i < 32 ? bit(a, i) : bit(b, i - 32)));
        EXPECTED.put("packh", (a, b) -> bitwise(i -> i < 8 ? bit(a, i) : i < 16 && bit(b, i - 8)));
        EXPECTED.put("packw", (a, b) -> bitwise(i -> i < 16 ? bit(a, i) : bit(b, Math.min(i, 31) - 16)));
        EXPECTED.put("brev8", (a, b) -> bitwise(i -> bit(a, (i & ~7) + 7 - (i & 7))));
        EXPECTED.put("xperm4", (a, b) -> permuted(a, b, 4));
        EXPECTED.put("xperm8", (a, b) -> permuted(a, b, 8));

        EXPECTED.put("czero.eqz", (a, b) -> b == 0 ? 0 : a);
        EXPECTED.put("czero.nez", (a, b) -> b == 0 ? a : 0);
    }

    private static void both(String registers, String immediate, LongBinaryOperator formula) {
        EXPECTED.put(registers, formula);
        EXPECTED.put(immediate, formula);
    }

    static Iterable<Instruction> pure() {
        return Extensions.RV64.all().stream()
                .filter(i -> i.length() == 4 && i.operation() instanceof Operation.Pure && !i.usesFloat())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pure")
    void resultIsThatOfTheFormula(Instruction instruction) throws Throwable {
        LongBinaryOperator formula = EXPECTED.get(instruction.mnemonic());
        assertThat(formula).as("formula for " + instruction).isNotNull();
        MethodHandle method = MethodHandles.lookup()
                .unreflect(
                        ((Operation.Pure) instruction.operation()).semantics().method());
        long[] random = new Random(7).longs(2 * RANDOM_PAIRS).toArray();
        for (int i = 0; i < RANDOM_PAIRS; i++) {
            // Random words hardly ever agree in sign, size or low bits: vary their length too.
            check(instruction, method, formula, random[2 * i] >> (i & 63), random[2 * i + 1] >>> (i / 64 & 63));
        }
        for (long a : EDGES) {
            for (long b : EDGES) {
                check(instruction, method, formula, a, b);
            }
        }
    }

    private static void check(Instruction instruction, MethodHandle method, LongBinaryOperator formula, long a, long b)
            throws Throwable {
        boolean oneSource = method.type().parameterCount() == 1;
        Operand last = instruction.operands().getLast();
        if (last.role() == Operand.Role.IMM && !oneSource && !last.accepts(b)) {
            return;
        }
        long result = oneSource ? (long) method.invokeExact(a) : (long) method.invokeExact(a, b);
        if (result != formula.applyAsLong(a, b)) {
            assertThat(result).as("%s %#x, %#x", instruction, a, b).isEqualTo(formula.applyAsLong(a, b));
        }
    }

    @Test
    void divisionByZeroAndOverflowGiveWhatTheSpecificationLists() {
        assertThat(RvM.div(5, 0)).isEqualTo(-1);
        assertThat(RvM.divu(5, 0)).isEqualTo(-1);
        assertThat(RvM.rem(5, 0)).isEqualTo(5);
        assertThat(RvM.remu(5, 0)).isEqualTo(5);
        assertThat(RvM.div(Long.MIN_VALUE, -1)).isEqualTo(Long.MIN_VALUE);
        assertThat(RvM.rem(Long.MIN_VALUE, -1)).isZero();
        assertThat(RvM.divw(0x8000_0000L, -1)).isEqualTo(Integer.MIN_VALUE);
        assertThat(RvM.remw(0x8000_0000L, -1)).isZero();
        assertThat(RvM.divuw(0x1234_0000_0000L, 0x5678_0000_0000L)).isEqualTo(-1);
        assertThat(RvM.remuw(0x8000_0001L, 0)).isEqualTo(0xffff_ffff_8000_0001L);
    }

    @ParameterizedTest
    @MethodSource("amos")
    void atomicOperationsAreRightForEverySizeOnSignExtendedValues(int size) {
        int unused = 64 - 8 * size;
        for (long a : EDGES) {
            for (long b : EDGES) {
                long old = a << unused >> unused;
                long operand = b << unused >> unused;
                BigInteger lowOld = unsigned(old << unused >>> unused);
                BigInteger lowOperand = unsigned(operand << unused >>> unused);
                assertThat(RvA.minu(old, operand) << unused >>> unused).isEqualTo(wrap(lowOld.min(lowOperand)));
                assertThat(RvA.maxu(old, operand) << unused >>> unused).isEqualTo(wrap(lowOld.max(lowOperand)));
                assertThat(RvA.min(old, operand)).isEqualTo(wrap(signed(old).min(signed(operand))));
                assertThat(RvA.max(old, operand)).isEqualTo(wrap(signed(old).max(signed(operand))));
                assertThat(RvA.add(old, operand) << unused).isEqualTo(wrap(lowOld.add(lowOperand)) << unused);
                assertThat(RvA.swap(old, operand)).isEqualTo(operand);
                assertThat(RvA.xor(old, operand)).isEqualTo(bitwise(i -> bit(old, i) != bit(operand, i)));
                assertThat(RvA.or(old, operand)).isEqualTo(bitwise(i -> bit(old, i) || bit(operand, i)));
                assertThat(RvA.and(old, operand)).isEqualTo(bitwise(i -> bit(old, i) && bit(operand, i)));
            }
        }
    }

    static IntStream amos() {
        return IntStream.of(1, 2, 4, 8);
    }

    @Test
    void branchesCompareAsTheirNamesSay() {
        for (long a : EDGES) {
            for (long b : EDGES) {
                assertThat(RvI.beq(a, b)).isEqualTo(a == b).isNotEqualTo(RvI.bne(a, b));
                assertThat(RvI.blt(a, b))
                        .isEqualTo(signed(a).compareTo(signed(b)) < 0)
                        .isNotEqualTo(RvI.bge(a, b));
                assertThat(RvI.bltu(a, b))
                        .isEqualTo(unsigned(a).compareTo(unsigned(b)) < 0)
                        .isNotEqualTo(RvI.bgeu(a, b));
            }
        }
    }

    private static BigInteger signed(long value) {
        return BigInteger.valueOf(value);
    }

    private static BigInteger unsigned(long value) {
        return signed(value).mod(TWO_TO_64);
    }

    private static BigInteger unsigned32(long value) {
        return signed(value).mod(BigInteger.ONE.shiftLeft(32));
    }

    private static BigInteger signed32(long value) {
        BigInteger low = unsigned32(value);
        return low.testBit(31) ? low.subtract(BigInteger.ONE.shiftLeft(32)) : low;
    }

    private static long wrap(BigInteger value) {
        return value.longValue();
    }

    private static long wrap32(BigInteger value) {
        return value.intValue();
    }

    private static BigInteger quotient(BigInteger a, BigInteger b) {
        return b.signum() == 0 ? BigInteger.ONE.negate() : a.divide(b);
    }

    private static BigInteger remainder(BigInteger a, BigInteger b) {
        return b.signum() == 0 ? a : a.remainder(b);
    }

    private static boolean bit(long value, int index) {
        return (value & 1L << index) != 0;
    }

    private static long bitwise(IntPredicate bits) {
        return LongStream.range(0, 64)
                .filter(i -> bits.test((int) i))
                .map(i -> 1L << i)
                .sum();
    }

    /** The carry-less product, one partial product at a time. */
    private static BigInteger product(long a, long b) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < 64; i++) {
            if (bit(b, i)) {
                sum = sum.xor(unsigned(a).shiftLeft(i));
            }
        }
        return sum;
    }

    private static long permuted(long table, long indices, int width) {
        return bitwise(i -> {
            BigInteger index = unsigned(indices).shiftRight(i - i % width).mod(BigInteger.ONE.shiftLeft(width));
            return unsigned(table).testBit(index.intValue() * width + i % width);
        });
    }
}
