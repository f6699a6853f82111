package dev.ravel.jit.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.extension.Extensions;
import dev.ravel.jit.emit.UnitEmitter.Stretch;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.PlannedCode;
import dev.ravel.jit.plan.Planner;
import dev.ravel.jit.runtime.RamAccess;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which bytecode is for which guest instruction. */
class ListingTest extends PlannedCode {
    @Test
    void everyInstructionHasItsCodeAndTogetherItIsAll() {
        everyKind();
        UnitEmitter.Explained explained = UnitEmitter.explain(exactly(), "Unit_test", RamAccess.class);
        Set<Integer> owners =
                explained.stretches().stream().map(Stretch::offset).collect(Collectors.toCollection(TreeSet::new));
        assertThat(owners).contains(-1);
        for (int i = 0; i < code.size(); i++) {
            assertThat(owners).contains(4 * i);
        }
        assertThat(explained.stretches().stream().mapToInt(Stretch::bytes).sum())
                .isEqualTo(explained.codeSize());
    }

    @Test
    void whatIsReadIsWhatIsRun() {
        everyKind();
        assertThat(UnitEmitter.explain(exactly(), "Unit_test", RamAccess.class).codeSize())
                .isEqualTo(UnitEmitter.emit(exactly(), "Unit_test", RamAccess.class)
                        .codeSize());
    }

    @Test
    void aSlowWayBelongsToTheInstructionThatTakesIt() {
        add("lw", 10, 4, 11);
        add("sub", 12, 10, 10);
        add("jalr", 0, 0, 1);
        List<String> load = lines(0);
        assertThat(load).anyMatch(line -> line.startsWith("invokestatic RamAccess.load4"));
        assertThat(load).as("on a miss").containsSequence("lload page", "lstore address");
        assertThat(lines(4)).doesNotContain("ladd", "lstore address").contains("lsub");
    }

    @Test
    void whatSeldomRunsBeginsWithAConstantThatIsNotResolvedYet() {
        add("fadd.d", 10, 11, 12, 7);
        add("ld", 10, 4, 11);
        add("jalr", 0, 0, 1);
        assertThat(lines(0)).as("before the call of the whole operation").containsOnlyOnce("ldc ()I.class");
        assertThat(lines(4)).as("accesses are not bare here").doesNotContain("ldc ()V.class");
        assertThat(bareLines(4)).as("before it is left").containsOnlyOnce("ldc ()V.class");
    }

    @Test
    void anOperandThatIsZeroIsLookedForBeforeTheWholeOperationIsCalled() {
        add("fmul.d", 10, 11, 12, 7);
        add("fadd.d", 10, 11, 12, 7);
        add("jalr", 0, 0, 1);
        assertThat(lines(0)).containsOnlyOnce("ldc ()Z.class").containsOnlyOnce("ldc ()I.class");
        assertThat(lines(0)).containsSubsequence("ldc ()Z.class", "dcmpl", "ldc ()I.class");
        assertThat(lines(4)).as("a sum has no lower bound").doesNotContain("ldc ()Z.class");
    }

    @Test
    void aStoreIsLeftMoreOften() {
        add("sd", 10, 4, 11);
        add("jalr", 0, 0, 1);
        assertThat(bareLines(0)).contains("lstore value").doesNotContain("ldc ()V.class");
    }

    @Test
    void variablesAndBlocksHaveNames() {
        add("addi", 10, 10, -1);
        add("bne", 10, 0, -4);
        add("jalr", 0, 0, 1);
        assertThat(lines(0)).contains("block_0:", "round_0:", "lload a0", "lstore a0", "iload budget");
        assertThat(lines(4)).contains("iload budget", "goto round_0");
    }

    private void everyKind() {
        add("ld", 10, 0, 11);
        add("sd", 10, 8, 11);
        add("fadd.d", 1, 2, 3, 7);
        add("amoadd.d", 10, 12, 11);
        add("lr.d", 10, 11);
        add("csrrs", 10, 0x300, 0);
        add("auipc", 10, 4096);
        add("jal", 1, 256);
        add("jalr", 1, 0, 10);
        add("fence.i");
        add("beq", 10, 11, -40);
        add("addi", 10, 10, 1);
        add("jalr", 0, 0, 10);
    }

    private List<String> lines(int offset) {
        return lines(exactly(), offset);
    }

    private List<String> bareLines(int offset) {
        return lines(exactly().withBare(true), offset);
    }

    private static List<String> lines(Plan plan, int offset) {
        return UnitEmitter.explain(plan, "Unit_test", RamAccess.class).stretches().stream()
                .filter(stretch -> stretch.offset() == offset)
                .flatMap(stretch -> stretch.lines().stream())
                .toList();
    }

    /** The plan of this code and no more. */
    private Plan exactly() {
        return new Planner(Extensions.RV64)
                .plan(0, this::halfword, at -> at < 4 * code.size(), _ -> false, code.size())
                .orElseThrow();
    }
}
