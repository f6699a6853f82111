package dev.ravel.fp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.fp.ExactArithmetic.Outcome;
import dev.ravel.fp.FloatOperations.FloatOperation;
import java.util.Collection;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation in every rounding mode, on hard operands, against exact rational arithmetic. */
class FloatArithmeticTest {
    private static final int CASES = Integer.getInteger("ravel.float.cases", 400);

    static Collection<FloatOperation> operations() {
        return FloatOperations.all().values();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void resultsAndFlagsAreThoseOfOneExactRounding(FloatOperation operation) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom")
                .create(operation.name().hashCode());
        HardOperands hard = new HardOperands(random);
        FloatStatus status = new FloatStatus();
        for (int round = 0; round < CASES; round++) {
            long[] operands = hard.operands(operation.operandType());
            long a = operands[0];
            long b = operands[1];
            long c = operands[2];
            for (int rm = FloatStatus.RNE; rm <= FloatStatus.RMM; rm++) {
                Outcome expected = ExactArithmetic.apply(operation, a, b, c, rm);
                for (int accrued = 0; accrued <= FloatStatus.NX; accrued++) {
                    status.flags = accrued;
                    long result = unsigned(operation, operation.meaning().apply(status, a, b, c, rm));
                    assertThat(new Outcome(result, status.flags))
                            .as("%s(%x, %x, %x) rm %d flags %x", operation, a, b, c, rm, accrued)
                            .isEqualTo(new Outcome(unsigned(operation, expected.bits()), expected.flags() | accrued));
                }
            }
        }
    }

    /** The raw result; that of single precision comes as an {@code int}, which is sign-extended. */
    private static long unsigned(FloatOperation operation, long result) {
        return operation.resultType().equals("f32") ? result & 0xffff_ffffL : result;
    }
}
