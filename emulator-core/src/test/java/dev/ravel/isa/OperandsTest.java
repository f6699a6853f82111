package dev.ravel.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OperandsTest {
    static List<Operand> all() {
        return Operands.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void insertAndExtractAreInverse(Operand operand) {
        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            int bits = random.nextInt();
            long value = operand.extract(bits);
            if (operand.accepts(value)) {
                int elsewhere = random.nextInt();
                int inserted = operand.insert(elsewhere, value);
                assertThat(inserted & operand.mask()).isEqualTo(bits & operand.mask());
                assertThat(inserted & ~operand.mask()).isEqualTo(elsewhere & ~operand.mask());
                assertThat(operand.extract(inserted)).isEqualTo(value);
            } else {
                assertThat(operand.restricted()).isTrue();
                assertThatThrownBy(() -> operand.insert(0, value)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsAcceptedIsHeldExactly(Operand operand) {
        assertThat(LongStream.of(1L << 33, -1L << 33, Long.MIN_VALUE, Long.MAX_VALUE))
                .noneMatch(operand::accepts);
        long held = LongStream.rangeClosed(-5000, 5000)
                .filter(operand::accepts)
                .peek(value ->
                        assertThat(operand.extract(operand.insert(0, value))).isEqualTo(value))
                .count();
        assertThat(held).isPositive().isLessThanOrEqualTo(1L << Integer.bitCount(operand.mask()));
    }

    @ParameterizedTest
    @CsvSource({
        // Encodings by GNU as.
        "0xfe000ee3, OFFSET_B, -4",
        "0x00b50463, OFFSET_B, 8",
        "0x7ffff06f, OFFSET_J, 0xffffe",
        "0xffdff06f, OFFSET_J, -4",
        "0xfe112e23, IMM_S, -4",
        "0xfff50513, IMM_I, -1",
        "0x80000537, IMM_U, -0x80000000",
    })
    void immediatesOfKnownEncodings(String bits, String name, String value) throws ReflectiveOperationException {
        Operand operand = (Operand) Operands.class.getField(name).get(null);
        assertThat(operand.extract(Integer.parseUnsignedInt(bits.substring(2), 16)))
                .isEqualTo(Long.decode(value));
    }

    @Test
    void aValueOutOfRangeIsRefusedByName() {
        assertThatThrownBy(() -> Operands.IMM_I.insert(0, 2048)).hasMessage("operand imm cannot hold 2048");
        assertThatThrownBy(() -> Operands.OFFSET_B.insert(0, 3)).hasMessageContaining("cannot hold 3");
    }
}
