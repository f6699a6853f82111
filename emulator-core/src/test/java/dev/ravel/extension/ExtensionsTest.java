package dev.ravel.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Semantics;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for the table of instructions as a whole. */
class ExtensionsTest {
    /** {@code special} takes encodings away from {@code general}, on purpose. */
    private record SpecialCase(String special, String general) {}

    private static final Set<SpecialCase> EXCEPTIONS = Set.of(
            new SpecialCase("fence.tso", "fence"),
            new SpecialCase("pause", "fence"),
            new SpecialCase("zext.h", "packw"),
            new SpecialCase("ntl.p1", "add"),
            new SpecialCase("ntl.pall", "add"),
            new SpecialCase("ntl.s1", "add"),
            new SpecialCase("ntl.all", "add"),
            new SpecialCase("prefetch.i", "ori"),
            new SpecialCase("prefetch.r", "ori"),
            new SpecialCase("prefetch.w", "ori"));

    private static final int ALL_OPERANDS = 1000;

    static List<Instruction> all() {
        return Extensions.RV64.all();
    }

    @Test
    void noTwoEncodingsOverlapButTheDeclaredExceptionsAndAllOfThoseDo() {
        Set<SpecialCase> found = new HashSet<>();
        List<Instruction> wide = all().stream().filter(i -> i.length() == 4).toList();
        for (Instruction a : wide) {
            for (Instruction b : wide) {
                if (a != b && ((a.match() ^ b.match()) & a.mask() & b.mask()) == 0) {
                    boolean aIsSpecial = Integer.bitCount(a.mask()) > Integer.bitCount(b.mask());
                    found.add(
                            aIsSpecial
                                    ? new SpecialCase(a.mnemonic(), b.mnemonic())
                                    : new SpecialCase(b.mnemonic(), a.mnemonic()));
                }
            }
        }
        assertThat(found).isEqualTo(EXCEPTIONS);
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyBitIsFixedOrOneOperandsOrIgnored(Instruction instruction) {
        int taken = instruction.mask();
        for (Operand operand : instruction.operands()) {
            assertThat(taken & operand.mask()).isZero();
            taken |= operand.mask();
        }
        assertThat(instruction.match() & ~instruction.mask()).isZero();
        assertThat(instruction.expansion().isPresent()).isEqualTo(instruction.length() == 2);
        if (instruction.length() == 2) {
            assertThat(taken).isEqualTo(0xffff);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsEncodedIsDecoded(Instruction instruction) {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int round = 0; round < ALL_OPERANDS; round++) {
            int bits = instruction.match()
                    | random.nextInt() & ~instruction.mask() & (instruction.length() == 2 ? 0xffff : -1);
            boolean reserved = instruction.operands().stream().anyMatch(o -> !o.accepts(o.extract(bits)));
            if (reserved || Extensions.RV64.identify(bits).orElseThrow() != instruction) {
                continue; // a reserved operand, or a more special instruction
            }
            Decoded decoded = Extensions.RV64.decode(bits);
            assertThat(decoded.bits()).isEqualTo(bits);
            assertThat(decoded.length()).isEqualTo(instruction.length());
            int base = instruction.length() == 4
                    ? bits
                    : instruction.expansion().orElseThrow().expand(bits);
            assertThat(decoded.instruction())
                    .isSameAs(Extensions.RV64.identify(base).orElseThrow());
            for (Operand operand : decoded.instruction().operands()) {
                assertThat(operandOf(decoded, operand)).as(operand.name()).isEqualTo(operand.extract(base));
            }
            long[] values = instruction.operands().stream()
                    .mapToLong(operand -> operand.extract(bits))
                    .toArray();
            int again = instruction.encode(values);
            assertThat(again & instruction.mask()).isEqualTo(bits & instruction.mask());
            for (Operand operand : instruction.operands()) {
                assertThat(again & operand.mask()).isEqualTo(bits & operand.mask());
            }
            if (instruction.length() == 2) {
                assertThat(instruction.compress(base)).hasValue(bits);
            }
        }
    }

    private static long operandOf(Decoded decoded, Operand operand) {
        return switch (operand.role()) {
            case RD -> decoded.rd();
            case RS1 -> decoded.rs1();
            case RS2 -> decoded.rs2();
            case RS3 -> decoded.rs3();
            case IMM, CSR -> decoded.imm();
            case PREDECESSOR -> decoded.imm() >> 4;
            case SUCCESSOR -> decoded.imm() & 0xf;
            case ROUNDING_MODE -> decoded.roundingMode();
        };
    }

    @ParameterizedTest
    @MethodSource("all")
    void theMethodOfEveryMeaningHasTheTypeOfItsShape(Instruction instruction) {
        switch (instruction.operation()) {
            case Operation.Pure(Semantics semantics)
            when instruction.length() == 4 -> assertThat(semantics.type()).isIn(pureTypes(instruction));
            case Operation.Pure(Semantics semantics) ->
                assertThat(semantics.type().returnType()).isEqualTo(long.class);
            case Operation.Branch(Semantics semantics) ->
                assertThat(semantics.type()).isEqualTo(MethodType.methodType(boolean.class, long.class, long.class));
            case Operation.Amo(int size, Semantics semantics) -> {
                assertThat(size).isIn(1, 2, 4, 8);
                assertThat(semantics.type()).isEqualTo(MethodType.methodType(long.class, long.class, long.class));
            }
            case Operation.Control(Semantics semantics) ->
                assertThat(semantics.type()).isEqualTo(MethodType.methodType(int.class, Hart.class, Decoded.class));
            case Operation.Effect(Semantics semantics) ->
                assertThat(semantics.type()).isEqualTo(MethodType.methodType(void.class));
            case Operation.Illegal() -> throw new AssertionError("in the table");
            case Operation.PcRelative(),
                    Operation.Load _,
                    Operation.Store _,
                    Operation.LoadReserved _,
                    Operation.StoreConditional _,
                    Operation.CompareAndSwap _,
                    Operation.Jump(),
                    Operation.JumpRegister(),
                    Operation.Csr _,
                    Operation.Hint() -> {}
        }
    }

    /** A long for each source operand; perhaps the status before it and the rounding mode after it. */
    private static List<MethodType> pureTypes(Instruction instruction) {
        long sources = instruction.operands().stream()
                .filter(operand -> operand.role() != Operand.Role.RD && operand.role() != Operand.Role.ROUNDING_MODE)
                .count();
        MethodType plain = MethodType.genericMethodType(0).changeReturnType(long.class);
        for (long i = 0; i < sources; i++) {
            plain = plain.appendParameterTypes(long.class);
        }
        boolean rounds =
                instruction.operands().stream().anyMatch(operand -> operand.role() == Operand.Role.ROUNDING_MODE);
        List<MethodType> types = new ArrayList<>(Stream.of(plain).toList());
        types.add(plain.insertParameterTypes(0, FloatStatus.class));
        if (rounds) {
            types.addAll(types.stream()
                    .map(type -> type.appendParameterTypes(int.class))
                    .toList());
        }
        return types;
    }
}
