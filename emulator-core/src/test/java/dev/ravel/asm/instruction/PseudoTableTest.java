package dev.ravel.asm.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.extension.Extensions;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operand;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PseudoTableTest {
    private static final PseudoTable TABLE = new PseudoTable(Extensions.RV64);

    static List<Pseudo> all() {
        return TABLE.all();
    }

    @Test
    void everyRuleHasItsBaseInstruction() {
        assertThat(TABLE.all()).hasSize((int) PseudoTable.rules());
    }

    @Test
    void aSetWithoutAnExtensionHasNoneOfItsPseudoInstructions() {
        InstructionSet integers = new InstructionSet(Extensions.RV64.all().stream()
                .filter(instruction -> instruction.extension() == Extension.I)
                .toList());
        PseudoTable table = new PseudoTable(integers);
        assertThat(table.named("mv")).hasSize(1);
        assertThat(table.named("fmv.d")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsEncodedIsRecognised(Pseudo pseudo) {
        Random random = new Random(1);
        for (int round = 0; round < 100; round++) {
            int donor = random.nextInt();
            long[] values = pseudo.operands().stream()
                    .mapToLong(operand -> operand.extract(donor))
                    .toArray();
            if (!accepted(pseudo.operands(), values)) {
                continue;
            }
            int bits = pseudo.encode(values);
            assertThat(pseudo.base().matches(bits)).isTrue();
            assertThat(pseudo.base().operands()).allMatch(operand -> operand.accepts(operand.extract(bits)));
            assertThat(pseudo.match(bits))
                    .hasValueSatisfying(found -> assertThat(found).isEqualTo(values));
        }
    }

    private static boolean accepted(List<Operand> operands, long[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!operands.get(i).accepts(values[i])) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("all")
    void syntaxHasAPlaceForEveryOperand(Pseudo pseudo) {
        assertThat(pseudo.syntax().chars().filter(c -> c == '%').count())
                .isEqualTo(pseudo.operands().size());
        assertThat(pseudo.syntax()).matches("[%,()]*");
    }

    @Test
    void noPseudoInstructionHidesAnInstructionOfTheSameSyntax() {
        for (Pseudo pseudo : TABLE.all()) {
            Extensions.RV64.byMnemonic(pseudo.mnemonic()).ifPresent(instruction -> {
                boolean same = instruction.syntax().equals(pseudo.syntax())
                        && kinds(instruction.operands()).equals(kinds(pseudo.operands()));
                assertThat(same).as(pseudo.toString()).isFalse();
            });
        }
    }

    private static List<Operand.Kind> kinds(List<Operand> operands) {
        return operands.stream().map(Operand::kind).toList();
    }

    @Test
    void operandsOutOfRangeAreRefused() {
        Pseudo li = TABLE.named("li").getFirst();
        assertThatThrownBy(() -> li.encode(10, 2048)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void specialFormsComeBeforeGeneralOnes() {
        Instruction jalr = Extensions.RV64.byMnemonic("jalr").orElseThrow();
        assertThat(TABLE.shownFor(jalr)).extracting(Pseudo::mnemonic).startsWith("ret", "jr", "jr");
    }
}
