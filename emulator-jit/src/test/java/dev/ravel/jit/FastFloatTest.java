package dev.ravel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.csr.Csr;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.interpreter.Interpreter;
import dev.ravel.extension.Extensions;
import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.CsrNumber;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.TimeCounter;
import dev.ravel.time.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Floating-point instructions that units write out leave behind what the interpreter does: at the edges of what is ordinary and beyond
 * them, with flags accrued or not, in every rounding mode.
 */
class FastFloatTest {
    private static final long BASE = 0x8000_0000L;
    private static final long BOX = -1L << 32;

    /** A sign, an exponent and a fraction at an edge each. */
    private static final long[] DOUBLES = LongStream.of(
                    0, 1, 62, 63, 64, 896, 897, 898, 1022, 1023, 1054, 1086, 1149, 1151, 2042, 2043, 2046, 2047)
            .flatMap(exponent ->
                    LongStream.of(0, 1, (1L << 51) + 3, (1L << 52) - 1).map(fraction -> exponent << 52 | fraction))
            .flatMap(magnitude -> LongStream.of(magnitude, magnitude | Long.MIN_VALUE))
            .toArray();

    private static final long[] SINGLES = LongStream.concat(
                    LongStream.of(0, 1, 2, 3, 126, 127, 158, 190, 252, 253, 254, 255)
                            .flatMap(exponent -> LongStream.of(0, 1, (1L << 22) + 3, (1L << 23) - 1)
                                    .map(fraction -> exponent << 23 | fraction))
                            .flatMap(magnitude -> LongStream.of(magnitude, magnitude | 1L << 31))
                            .map(bits -> bits | BOX),
                    // In no box: the canonical NaN.
                    LongStream.of(0x3f80_0000L, 0x7fff_ffff_3f80_0000L))
            .toArray();

    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        1L << 31,
        (1L << 31) - 1,
        -1L << 31,
        (1L << 24) + 1,
        (1L << 53) + 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0xffff_ffffL
    };

    static Stream<String> instructions() {
        Stream<String> both = Stream.of("s", "d")
                .flatMap(type -> Stream.concat(
                        Stream.of("fadd", "fsub", "fmul", "fdiv", "fsgnj", "fsgnjn", "fsgnjx")
                                .map(name -> name + "." + type + " f13, f10, f11"),
                        Stream.concat(
                                Stream.of("fmadd", "fmsub", "fnmadd", "fnmsub")
                                        .map(name -> name + "." + type + " f13, f10, f11, f12"),
                                Stream.of(
                                        "flt." + type + " x13, f10, f11",
                                        "fle." + type + " x13, f10, f11",
                                        "feq." + type + " x13, f10, f11",
                                        "fsqrt." + type + " f13, f10",
                                        "fadd." + type + " f13, f10, f11, rne",
                                        "fmul." + type + " f13, f10, f11, rup",
                                        "fcvt.w." + type + " x13, f10, rtz",
                                        "fcvt.l." + type + " x13, f10, rtz",
                                        "fcvt.w." + type + " x13, f10",
                                        "fcvt." + type + ".w f13, x10",
                                        "fcvt." + type + ".l f13, x10"))));
        return Stream.concat(both, Stream.of("fcvt.s.d f13, f10", "fcvt.d.s f13, f10", "fmv.w.x f13, x10"));
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void isWhatTheInterpreterMakesOfIt(String instruction) {
        try (Machine expected = new Machine(instruction, false);
                Machine actual = new Machine(instruction, true)) {
            long cases = compareAll(instruction, expected, actual);
            assertThat(actual.engine.counters().get("translatedInstructions")).isGreaterThanOrEqualTo(cases - 2);
        }
    }

    /** What was made while all was ordinary is left where it is not, and made anew when that has happened often. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fadd.d f13, f10, f11",
                "fmul.s f13, f10, f11",
                "fmadd.d f13, f10, f11, f12",
                "fadd.d f13, f10, f11, rne"
            })
    void isSoToo_ifItBeganOrdinary(String instruction) {
        try (Machine expected = new Machine(instruction, false);
                Machine actual = new Machine(instruction, true)) {
            long one = 1023L << 52;
            for (int flags : new int[] {FloatStatus.NX, 0, FloatStatus.NX}) {
                assertThat(actual.run(one, one, one, flags, FloatStatus.RNE))
                        .isEqualTo(expected.run(one, one, one, flags, FloatStatus.RNE));
            }
            assertThat(actual.engine.counters()).containsEntry("unitsMade", 1L);
            compareAll(instruction, expected, actual);
            assertThat(actual.engine.counters()).containsEntry("unitsMade", 2L).containsEntry("unitsReplaced", 1L);
        }
    }

    /** What a product and an addend leave may be 0 because it is, or because nothing smaller is left of it: then there is an underflow. */
    @ParameterizedTest
    @ValueSource(strings = {"fmadd", "fmsub", "fnmadd", "fnmsub"})
    void isSoToo_ifAProductAndAnAddendCancel(String name) {
        for (String type : List.of("s", "d")) {
            String instruction = name + "." + type + " f13, f10, f11, f12";
            try (Machine expected = new Machine(instruction, false);
                    Machine actual = new Machine(instruction, true)) {
                boolean single = type.equals("s");
                long[] operands = single ? SINGLES : DOUBLES;
                for (int i = 0; i < operands.length; i++) {
                    for (long b : operands) {
                        long product = product(single, operands[i], b);
                        for (long c : List.of(product, product ^ (single ? 1L << 31 : Long.MIN_VALUE))) {
                            int flags = i % 4 == 0 ? 0 : FloatStatus.NX;
                            assertThat(actual.run(operands[i], b, c, flags, FloatStatus.RNE))
                                    .as("%s of %x, %x, %x, flags %d", instruction, operands[i], b, c, flags)
                                    .isEqualTo(expected.run(operands[i], b, c, flags, FloatStatus.RNE));
                        }
                    }
                }
            }
        }
    }

    /** The product of the numbers with these bits, rounded. */
    private static long product(boolean single, long a, long b) {
        return single
                ? BOX | Float.floatToRawIntBits(Float.intBitsToFloat((int) a) * Float.intBitsToFloat((int) b))
                : Double.doubleToRawLongBits(Double.longBitsToDouble(a) * Double.longBitsToDouble(b));
    }

    /** Returns how many cases there were. */
    private static long compareAll(String instruction, Machine expected, Machine actual) {
        boolean single = instruction.contains(".s ");
        boolean two = instruction.contains("f11");
        long[] operands = single ? SINGLES : DOUBLES;
        long[] first = instruction.contains("x10") ? INTEGERS : operands;
        long cases = 0;
        for (long a : first) {
            for (long b : two ? operands : new long[] {operands[0]}) {
                int flags = (int) (cases % 3) == 0 ? 0 : FloatStatus.NX;
                int mode = cases % 5 < 3 ? FloatStatus.RNE : (int) (cases % 7) % 5;
                long c = operands[(int) ((cases * 31) % operands.length)];
                assertThat(actual.run(a, b, c, flags, mode))
                        .as("%s of %x, %x, %x, flags %d, mode %d", instruction, a, b, c, flags, mode)
                        .isEqualTo(expected.run(a, b, c, flags, mode));
                cases++;
            }
        }
        return cases;
    }

    /** What an instruction leaves behind. */
    private record Left(long f, long x, int flags, long pc, long retired) {}

    /** Runs one instruction, and then waits. */
    private static final class Machine implements AutoCloseable {
        private final Ram ram;
        private final Hart hart;
        private final ExecutionEngine engine;

        Machine(String instruction, boolean translated) {
            try {
                ram = Ram.allocate(BASE, 1 << 16);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Program program = new Assembler(AssemblerOptions.standard().base(BASE))
                    .assemble(List.of(new Source("test.s", instruction + "\nwfi\n")));
            program.segments()
                    .forEach(segment -> MemorySegment.copy(
                            MemorySegment.ofArray(segment.bytes()),
                            0,
                            ram.segment(),
                            segment.address() - BASE,
                            segment.bytes().length));
            Bus bus = new Bus(ram);
            hart = new Hart(0, new Mmu(bus, 0), new TimeCounter(new WallClock(), new BoundaryQueue()));
            hart.reset(BASE);
            Csr status = Objects.requireNonNull(hart.csrs.find(CsrNumber.MSTATUS));
            status.write(3 << 13);
            engine = translated
                    ? new JitEngine(bus, Extensions.RV64, new JitSettings(1, false, 200, 1 << 20))
                    : new Interpreter(ram, Extensions.RV64);
        }

        Left run(long a, long b, long c, int flags, int mode) {
            hart.pc = BASE;
            hart.f[10] = a;
            hart.f[11] = b;
            hart.f[12] = c;
            hart.f[13] = 0;
            hart.x[10] = a;
            hart.x[13] = 0;
            hart.fp.flags = flags;
            hart.fp.roundingMode = mode;
            long before = hart.instret;
            while (engine.run(hart, 10_000) != ExecutionEngine.Stop.WAIT) {
                assertThat(hart.instret - before).isLessThan(100);
            }
            return new Left(hart.f[13], hart.x[13], hart.fp.flags, hart.pc, hart.instret - before);
        }

        @Override
        public void close() {
            engine.close();
            ram.close();
        }
    }
}
