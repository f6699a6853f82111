package dev.ravel.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the floating-point extensions add to the arithmetic: boxes, signs, constants, reserved rounding modes. */
class FloatExtensionsTest {
    private static final long ONE_S = 0xffff_ffff_3f80_0000L;
    private static final long ONE_H = 0xffff_ffff_ffff_3c00L;
    private static final long NAN_S = 0xffff_ffff_7fc0_0000L;
    private static final long NAN_H = 0xffff_ffff_ffff_7e00L;

    /** Pure instructions with operands in f registers that are narrower than those, but moves, which look at no box. */
    static Stream<Instruction> takingBoxed() {
        return pure().filter(i -> sourceFormat(i) != 'd' && !i.mnemonic().startsWith("fmv.x."));
    }

    static Stream<Instruction> givingBoxed() {
        return pure().filter(i -> i.operands().getFirst().kind() == Operand.Kind.F_REGISTER)
                .filter(i -> !resultFormat(i).equals("d"));
    }

    private static Stream<Instruction> pure() {
        return Stream.of(RvF.ROWS, RvD.ROWS, Zfhmin.ROWS, Zfh.ROWS, Zfa.ROWS)
                .flatMap(List::stream)
                .filter(i -> i.operation() instanceof Operation.Pure);
    }

    /** {@code fcvt.l.s} takes {@code s}; instructions that take no f register {@code d}. */
    private static char sourceFormat(Instruction instruction) {
        boolean takesFloat = instruction.operands().stream().skip(1).anyMatch(o -> o.kind() == Operand.Kind.F_REGISTER);
        String mnemonic = instruction.mnemonic();
        return takesFloat ? mnemonic.charAt(mnemonic.length() - 1) : 'd';
    }

    /** {@code fcvt.s.d} and {@code fadd.s} give {@code s}. */
    private static String resultFormat(Instruction instruction) {
        String format = instruction.mnemonic().split("\\.")[1];
        return format.equals("w") ? "s" : format;
    }

    @ParameterizedTest
    @MethodSource("takingBoxed")
    void anOperandThatIsNotBoxedIsTheCanonicalNaN(Instruction instruction) {
        boolean half = sourceFormat(instruction) == 'h';
        long one = half ? ONE_H : ONE_S;
        long nan = half ? NAN_H : NAN_S;
        int sources = sources(instruction);
        for (int unboxed = 0; unboxed < sources; unboxed++) {
            for (int bit = half ? 16 : 32; bit < 64; bit++) {
                long[] broken = new long[sources];
                long[] canonical = new long[sources];
                Arrays.fill(broken, one);
                Arrays.fill(canonical, one);
                broken[unboxed] = one ^ 1L << bit;
                canonical[unboxed] = nan;
                assertThat(call(instruction, broken)).isEqualTo(call(instruction, canonical));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("givingBoxed")
    void aNarrowResultIsBoxed(Instruction instruction) {
        int width = resultFormat(instruction).equals("h") ? 16 : 32;
        for (long operand : new long[] {0, 1, ONE_S, ONE_H, ~0x8000L, Long.MIN_VALUE, 0x3ff0_0000_0000_0000L}) {
            long[] operands = new long[sources(instruction)];
            Arrays.fill(operands, instruction.mnemonic().startsWith("fli") ? operand & 31 : operand);
            assertThat(call(instruction, operands).result() >> width).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "d", "h"})
    void theFourFusedFormsDifferInSigns(String format) {
        long two = fromInteger(format, 2);
        long three = fromInteger(format, 3);
        long five = fromInteger(format, 5);
        assertThat(toInteger(format, call("fmadd." + format, two, three, five))).isEqualTo(11);
        assertThat(toInteger(format, call("fmsub." + format, two, three, five))).isEqualTo(1);
        assertThat(toInteger(format, call("fnmsub." + format, two, three, five)))
                .isEqualTo(-1);
        assertThat(toInteger(format, call("fnmadd." + format, two, three, five)))
                .isEqualTo(-11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "d", "h"})
    void signInjectionCopiesInvertsAndMultiplies(String format) {
        long plus = fromInteger(format, 2);
        long minus = fromInteger(format, -3);
        assertThat(toInteger(format, call("fsgnj." + format, plus, minus))).isEqualTo(-2);
        assertThat(toInteger(format, call("fsgnj." + format, minus, plus))).isEqualTo(3);
        assertThat(toInteger(format, call("fsgnjn." + format, plus, minus))).isEqualTo(2);
        assertThat(toInteger(format, call("fsgnjn." + format, minus, plus))).isEqualTo(-3);
        assertThat(toInteger(format, call("fsgnjx." + format, plus, minus))).isEqualTo(-2);
        assertThat(toInteger(format, call("fsgnjx." + format, minus, minus))).isEqualTo(3);
    }

    @Test
    void movesCarryBitsAndNothingElse() {
        assertThat(call("fmv.x.w", 0x1234_5678_8000_0001L)).isEqualTo(0xffff_ffff_8000_0001L);
        assertThat(call("fmv.x.h", 0x1234_5678_8000_8001L)).isEqualTo(0xffff_ffff_ffff_8001L);
        assertThat(call("fmv.x.d", 0x1234_5678_8000_8001L)).isEqualTo(0x1234_5678_8000_8001L);
        assertThat(call("fmv.w.x", 0x1234_5678_7f80_0001L)).isEqualTo(0xffff_ffff_7f80_0001L);
        assertThat(call("fmv.h.x", 0x1234_5678_1234_7c01L)).isEqualTo(0xffff_ffff_ffff_7c01L);
        assertThat(call("fmv.d.x", 0x7ff0_0000_0000_0001L)).isEqualTo(0x7ff0_0000_0000_0001L);
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1",
        "2, 0x1p-16",
        "3, 0x1p-15",
        "4, 0x1p-8",
        "5, 0x1p-7",
        "6, 0.0625",
        "7, 0.125",
        "8, 0.25",
        "9, 0.3125",
        "10, 0.375",
        "11, 0.4375",
        "12, 0.5",
        "13, 0.625",
        "14, 0.75",
        "15, 0.875",
        "16, 1",
        "17, 1.25",
        "18, 1.5",
        "19, 1.75",
        "20, 2",
        "21, 2.5",
        "22, 3",
        "23, 4",
        "24, 8",
        "25, 16",
        "26, 128",
        "27, 256",
        "28, 0x1p15",
        "29, 0x1p16",
        "30, Infinity",
        "31, NaN"
    })
    void fliLoadsTheConstantsOfTheTable(long index, double value) {
        assertThat(call("fli.d", index)).isEqualTo(Double.doubleToLongBits(value));
        assertThat(call("fli.s", index)).isEqualTo(-1L << 32 | Float.floatToIntBits((float) value));
        assertThat(call("fli.h", index)).isEqualTo(-1L << 16 | Float.floatToFloat16((float) value));
    }

    @Test
    void fliLoadsTheLeastNormalNumberOfEachFormat() {
        assertThat(call("fli.d", 1)).isEqualTo(Double.doubleToLongBits(Double.MIN_NORMAL));
        assertThat(call("fli.s", 1)).isEqualTo(-1L << 32 | Float.floatToIntBits(Float.MIN_NORMAL));
        assertThat(call("fli.h", 1)).isEqualTo(-1L << 16 | 0x0400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fadd.s", "fcvt.d.w", "fmadd.h", "fround.d"})
    void reservedRoundingModesAreNoInstruction(String mnemonic) {
        Instruction instruction = Extensions.RV64.byMnemonic(mnemonic).orElseThrow();
        for (int rm = 0; rm < 8; rm++) {
            boolean reserved = rm == 5 || rm == 6;
            assertThat(Extensions.RV64.identify(instruction.match() | rm << 12).isEmpty())
                    .isEqualTo(reserved);
        }
    }

    @Test
    void whateverHasARoundingModeTakesItSoThatAnInvalidDynamicOneIsSeen() {
        assertThat(pure().filter(i ->
                        i.operands().stream().anyMatch(o -> o.name().startsWith("rm"))))
                .hasSizeGreaterThan(60)
                .allSatisfy(i -> assertThat(((Operation.Pure) i.operation())
                                .semantics()
                                .type()
                                .lastParameterType())
                        .isEqualTo(int.class));
    }

    @Test
    void theModularConversionIsAnInstructionOnlyTowardsZero() {
        Instruction instruction = Extensions.RV64.byMnemonic("fcvtmod.w.d").orElseThrow();
        for (int rm = 0; rm < 8; rm++) {
            int bits = instruction.match() | rm << 12;
            assertThat(Extensions.RV64.identify(bits).isPresent()).isEqualTo(rm == FloatStatus.RTZ);
        }
        assertThat(call("fcvtmod.w.d", Double.doubleToLongBits(0x1p32 + 7.5))).isEqualTo(7);
    }

    private record Outcome(long result, int flags) {}

    private static long fromInteger(String format, long value) {
        return call("fcvt." + format + ".l", value);
    }

    private static long toInteger(String format, long value) {
        return call("fcvt.l." + format, value);
    }

    private static int sources(Instruction instruction) {
        return (int) instruction.operands().stream()
                .skip(1)
                .filter(o -> o.role() != Operand.Role.ROUNDING_MODE)
                .count();
    }

    private static long call(String mnemonic, long... operands) {
        return call(Extensions.RV64.byMnemonic(mnemonic).orElseThrow(), operands)
                .result();
    }

    private static Outcome call(Instruction instruction, long... operands) {
        Method method = ((Operation.Pure) instruction.operation()).semantics().method();
        FloatStatus status = new FloatStatus();
        List<Object> arguments = new ArrayList<>();
        Class<?>[] types = method.getParameterTypes();
        if (types[0] == FloatStatus.class) {
            arguments.add(status);
        }
        for (long operand : operands) {
            arguments.add(operand);
        }
        if (types[types.length - 1] == int.class) {
            arguments.add(FloatStatus.RNE);
        }
        try {
            return new Outcome((long) method.invoke(null, arguments.toArray()), status.flags);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(instruction.mnemonic(), e);
        }
    }
}
