package dev.ravel.jit.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.extension.Extensions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** What belongs to a unit, where it may be entered, and which registers it keeps in local variables. */
class PlanTest extends PlannedCode {
    @Test
    void straightCodeEndsWhereControlIsHandedOver() {
        add("addi", 5, 0, 1);
        add("jalr", 0, 0, 1);
        add("addi", 6, 0, 1);
        Plan plan = plan(0);
        assertThat(plan.instructions()).isEqualTo(2);
        assertThat(plan.entries()).containsExactly(0);
        assertThat(locals(plan)).isZero();
    }

    @Test
    void theHeadsOfNestedLoopsAreEntriesOfOneUnit() {
        nest();
        assertThat(plan(8).entries()).containsExactly(4, 8);
        assertThat(plan(0).entries()).containsExactly(0, 4, 8);
    }

    @Test
    void aNestOfLoopsWithFewRegistersKeepsThemAll() {
        nest();
        Flow flow = Flow.of(plan(0));
        assertThat(locals(plan(0))).isEqualTo(set(5, 6, 10, 11));
        assertThat(flow.loop(4)).isEqualTo(4);
        assertThat(flow.loop(8)).isEqualTo(4);
        assertThat(flow.crosses(4, 8)).isFalse();
        assertThat(flow.innermost(4)).isEqualTo(Flow.NO_LOOP);
        assertThat(flow.innermost(8)).isEqualTo(8);
    }

    @Test
    void inLoopsWithManyRegistersOnlyThoseOfTheInnermostAreLocal() {
        nestWith(10);
        assertThat(Long.bitCount(locals(plan(0)))).isEqualTo(10);
        nestWith(11);
        assertThat(locals(plan(0))).isEqualTo(set(10, 11));
    }

    @Test
    void whatCallsIsInNoNest() {
        for (String call : List.of("sc.w", "csrrs", "fadd.s")) {
            code.clear();
            long[] three = {5, 5, 6};
            add(call, call.equals("fadd.s") ? new long[] {5, 5, 6, 0} : three);
            add("add", 10, 10, 11);
            add("bne", 10, 0, -4);
            add("bne", 6, 5, -12);
            assertThat(locals(plan(0))).as(call).isEqualTo(set(10, 11));
        }
    }

    /** An inner loop of two registers, and so many with the one around it. */
    private void nestWith(int registers) {
        code.clear();
        for (int register = 12; register < 10 + registers; register++) {
            add("addi", register, register, 1);
        }
        add("add", 10, 10, 11);
        add("bne", 10, 0, -4);
        add("bne", 12, 0, -4 * registers);
    }

    @Test
    void aLoopOfOneBlockIsALoop() {
        add("addi", 10, 10, -1);
        add("bne", 10, 0, -4);
        assertThat(locals(plan(0))).isEqualTo(set(10));
    }

    @Test
    void aWayThroughACallClosesNoLoop() {
        add("addi", 10, 10, -1);
        add("jal", 1, 0x800);
        add("bne", 10, 0, -8);
        add("jalr", 0, 0, 1);
        Plan plan = plan(0);
        assertThat(plan.entries()).containsExactly(0, 8);
        assertThat(locals(plan)).isZero();
    }

    /** A branch from 0 to 20, and one from 12, which is in between, to 28, behind all: ways meet at both. */
    @Test
    void whereWaysMeetTheArrearsAreThoseOfTheBranchThatIsTaken() {
        add("addi", 10, 10, -1);
        add("addi", 11, 11, -1);
        add("beq", 10, 0, 12);
        add("addi", 12, 12, 1);
        add("beq", 11, 0, 12);
        add("addi", 13, 13, 1);
        add("addi", 14, 14, 1);
        add("jalr", 0, 0, 1);
        Plan plan = plan(0);
        assertThat(arrears(plan))
                .containsExactly(Map.entry(0, 0), Map.entry(12, 3), Map.entry(20, 3), Map.entry(28, 5));
        assertThat(Arrears.of(plan, Block::checked).after(plan.blocks().get(1))).isEqualTo(5);
    }

    @Test
    void aLoopHasNoArrearsWhereItBeginsNorBehindACall() {
        add("addi", 10, 10, -1);
        add("beq", 11, 0, 8);
        add("addi", 12, 12, 1);
        add("bne", 10, 0, -12);
        add("jal", 1, 0x800);
        add("addi", 12, 12, 1);
        add("jalr", 0, 0, 1);
        assertThat(arrears(plan(0)))
                .containsExactly(
                        Map.entry(0, 0), Map.entry(8, 2), Map.entry(12, 2), Map.entry(16, 3), Map.entry(20, 0));
    }

    /** Those before each block, by its offset. */
    private static SortedMap<Integer, Integer> arrears(Plan plan) {
        Arrears arrears = Arrears.of(plan, Block::checked);
        SortedMap<Integer, Integer> before = new TreeMap<>();
        plan.blocks().forEach(block -> before.put(block.start(), arrears.before(block.start())));
        return before;
    }

    @Test
    void aShortFunctionBelongsToItsCaller() {
        add("jal", 1, 16);
        add("addi", 10, 10, -1);
        add("bne", 10, 0, -8);
        add("jalr", 0, 0, 1);
        add("addi", 11, 11, 1);
        add("jalr", 0, 0, 1);
        Plan plan = plan(0);
        assertThat(plan.blocks().stream().map(Block::start)).containsExactly(0, 4, 12, 16);
        assertThat(plan.entries()).containsExactly(0, 4, 16);
        assertThat(plan.blocks().getFirst().successors()).containsExactly(16);
        assertThat(plan.blocks().getLast().targets()).containsExactly(4);
        // The caller's own return does not go there.
        assertThat(plan.blocks().get(2).targets()).isEmpty();
        // And a loop around a call is none.
        assertThat(locals(plan)).isZero();
    }

    @Test
    void aFunctionThatCallsItselfReturnsIntoItselfAndKeepsItsRegisters() {
        callsItself(0);
        Plan plan = plan(0);
        assertThat(plan.entries()).containsExactly(0, 12);
        assertThat(plan.blocks().getLast().targets()).containsExactly(12);
        assertThat(locals(plan)).isEqualTo(set(1, 10));
    }

    @Test
    void aFunctionThatCallsItselfAndNamesManyRegistersKeepsNone() {
        callsItself(18);
        assertThat(Long.bitCount(locals(plan(0)))).isEqualTo(20);
        callsItself(19);
        assertThat(locals(plan(0))).isZero();
    }

    /** Another computed jump may lead out of the rounds and back. */
    @Test
    void aFunctionThatCallsItselfAndJumpsByAnAddressKeepsNoRegisters() {
        add("addi", 10, 10, -1);
        add("beq", 10, 0, 12);
        add("beq", 10, 11, 12);
        add("jal", 1, -12);
        add("jalr", 0, 0, 1);
        add("jalr", 0, 0, 6);
        Plan plan = plan(0);
        assertThat(plan.entries()).containsExactly(0, 16);
        assertThat(locals(plan)).isZero();
    }

    /** Names x1, x10, and so many others. */
    private void callsItself(int others) {
        code.clear();
        add("addi", 10, 10, -1);
        add("beq", 10, 0, 8 + 4 * others);
        for (int i = 0; i < others; i++) {
            add("addi", 11 + i, 0, 1);
        }
        add("jal", 1, -8 - 4 * others);
        add("jalr", 0, 0, 1);
    }

    /** 16 is a place that a call came back to, in a loop that begins before it; of the functions, 20 has been called and 28 has not. */
    @Test
    void aCallByAnAddressMayGoToShortFunctionsNearby() {
        add("jalr", 1, 0, 5);
        add("addi", 10, 10, -1);
        add("bne", 10, 0, -8);
        add("jalr", 0, 0, 1);
        add("bne", 10, 0, -16);
        add("addi", 11, 11, 1);
        add("jalr", 0, 0, 1);
        add("addi", 12, 12, 1);
        add("jalr", 0, 0, 1);
        Plan plan = new Planner(Extensions.RV64)
                .plan(0, this::halfword, _ -> true, Set.of(0, 4, 16, 20)::contains, 200)
                .orElseThrow();
        assertThat(plan.blocks().stream().map(Block::start)).containsExactly(0, 4, 12, 20);
        assertThat(plan.blocks().getFirst().targets()).containsExactly(20);
        assertThat(plan.blocks().getFirst().successors()).containsExactly(20, 4);
        assertThat(plan.blocks().getLast().targets()).containsExactly(4);
        assertThat(plan.entries()).containsExactly(0, 4, 20);
        assertThat(locals(plan)).isZero();
    }

    @Test
    void soDoesOneWithALoop() {
        add("jal", 1, 8);
        add("jalr", 0, 0, 1);
        add("addi", 11, 11, -1);
        add("bne", 11, 0, -4);
        add("jalr", 0, 0, 1);
        Plan plan = plan(0);
        assertThat(plan.entries()).containsExactly(0, 4, 8);
        assertThat(plan.blocks().getLast().targets()).containsExactly(4);
        assertThat(Flow.of(plan).innermost(8)).isEqualTo(8);
        assertThat(locals(plan)).isEqualTo(set(11));
    }

    @Test
    void aLongFunctionIsCalled() {
        for (int length : List.of(32, 33)) {
            code.clear();
            add("jal", 1, 8);
            add("jalr", 0, 0, 1);
            for (int i = 1; i < length; i++) {
                add("addi", 11, 11, -1);
            }
            add("jalr", 0, 0, 1);
            assertThat(plan(0).instructions()).isEqualTo(length == 32 ? 34 : 2);
        }
    }

    /** A computed jump may go to its own block, as far as anybody knows: that is no loop. */
    @Test
    void aWayThroughAComputedJumpClosesNoLoop() {
        add("addi", 10, 10, -1);
        add("jalr", 0, 0, 6);
        Plan plan = new Planner(Extensions.RV64)
                .plan(0, this::halfword, _ -> true, at -> at == 0, 200)
                .orElseThrow();
        assertThat(plan.blocks().getFirst().targets()).containsExactly(0);
        assertThat(locals(plan)).isZero();
    }

    @Test
    void twoLoopsInARowHaveRegistersOfTheirOwn() {
        add("addi", 10, 10, -1);
        add("bne", 10, 0, -4);
        add("addi", 11, 11, -1);
        add("bne", 11, 0, -4);
        add("addi", 12, 12, 1);
        add("jalr", 0, 0, 1);
        Flow flow = Flow.of(plan(0));
        assertThat(flow.locals(0)).isEqualTo(set(10));
        assertThat(flow.locals(8)).isEqualTo(set(11));
        assertThat(flow.locals(16)).isZero();
        assertThat(flow.crosses(0, 8)).isTrue();
        assertThat(flow.crosses(8, 8)).isFalse();
        assertThat(flow.written(8)).isEqualTo(set(11));
    }

    @Test
    void aRegisterThatALoopOnlyReadsIsNeverWrittenBack() {
        add("add", 10, 10, 11);
        add("bne", 10, 12, -4);
        add("jalr", 0, 0, 1);
        Flow flow = Flow.of(plan(0));
        assertThat(flow.written(0)).isEqualTo(set(10));
        assertThat(flow.live(0)).isEqualTo(set(10, 11, 12));
    }

    @Test
    void codeThatWasNeverMetIsLeftOut() {
        add("beq", 10, 0, 8);
        add("jalr", 0, 0, 1);
        add("jalr", 0, 0, 1);
        assertThat(plan(0, at -> at != 8).instructions()).isEqualTo(2);
    }

    @Test
    void aJumpIntoTheMiddleOfAnInstructionIsNoPartOfIt() {
        add("beq", 10, 0, 6);
        add("addi", 5, 0, 1);
        add("jalr", 0, 0, 1);
        Plan plan = plan(0);
        assertThat(plan.blocks()).extracting(Block::start).doesNotContain(6);
        assertThat(plan.instructions()).isEqualTo(3);
    }

    @Test
    void whatOnlyInstructionsOnWordsWriteIsNarrow() {
        add("lw", 5, 0, 10);
        add("slliw", 6, 5, 3);
        add("or", 7, 6, 8);
        add("add", 9, 9, 7);
        add("addi", 10, 10, 4);
        add("bne", 10, 11, -20);
        add("jalr", 0, 0, 1);
        Narrow narrow = Flow.of(plan(0)).narrow(0);
        assertThat(narrow.registers()).isEqualTo(set(5, 6, 7, 8));
        assertThat(narrow.late()).isEqualTo(set(5, 6, 7));
        assertThat(narrow.lateBefore(0)).isZero();
        assertThat(Flow.of(plan(0)).narrow(24).registers()).isZero();
    }

    @Test
    void oneWideOperandMakesAllWideThatComesOfIt() {
        add("xor", 5, 6, 10);
        add("or", 7, 5, 5);
        add("addi", 10, 10, 1);
        add("addiw", 6, 6, 1);
        add("bne", 10, 11, -16);
        assertThat(Flow.of(plan(0)).narrow(0).registers()).isEqualTo(set(6));
    }

    @Test
    void whatNotEachRoundWritesIsNotNarrowUnlessItIsReadFirst() {
        add("beq", 5, 0, 12);
        add("addiw", 5, 5, -1);
        add("lw", 6, 0, 10);
        add("addi", 10, 10, 4);
        add("bne", 10, 11, -16);
        Narrow narrow = Flow.of(plan(0)).narrow(0);
        assertThat(narrow.registers()).isEqualTo(set(5));
        assertThat(narrow.late()).isZero();
    }

    @Test
    void aLoopThatWasEnteredWithWideRegistersHasNoneThatAreNarrow() {
        add("addiw", 10, 10, -1);
        add("bne", 10, 0, -4);
        assertThat(Flow.of(plan(0)).narrow(0).registers()).isEqualTo(set(10));
        assertThat(Flow.of(plan(0).withWide(Set.of(0))).narrow(0).registers()).isZero();
    }

    @Test
    void floatingPointRegistersAreNarrowIfOnlySinglesAreWrittenAndDoublesIfNothingElseIsNamed() {
        add("flw", 5, 0, 10);
        add("fmul.s", 6, 5, 7, 0);
        add("fcvt.d.s", 8, 6, 0);
        add("fadd.d", 9, 9, 8, 0);
        add("fsd", 7, 8, 10);
        add("fld", 11, 16, 10);
        add("fcvt.s.d", 11, 11, 0);
        add("fcvt.d.s", 13, 13, 0);
        add("fmv.x.w", 5, 12);
        add("addi", 10, 10, 24);
        add("bne", 10, 11, -40);
        add("jalr", 0, 0, 1);
        Flow flow = Flow.of(plan(0));
        assertThat(flow.narrow(0).registers() & RegisterUse.FLOATS).isEqualTo(floats(5, 6, 7, 12));
        assertThat(flow.narrow(0).late() & RegisterUse.FLOATS).isEqualTo(floats(5, 6));
        assertThat(flow.doubles()).isEqualTo(floats(8, 9));
    }

    private static long floats(int... registers) {
        return Arrays.stream(registers).mapToLong(RegisterUse::f).reduce(0, (a, b) -> a | b);
    }

    /** As in a sieve: what is done for a prime is written behind the loop, and goes back into the middle of its round. */
    @Test
    void aJumpBackThatClosesNoLoopLeadsToNoLookAtTheBudget() {
        add("lbu", 5, 0, 10);
        add("beq", 5, 0, 16);
        add("addi", 10, 10, 1);
        add("bne", 10, 11, -12);
        add("jalr", 0, 0, 1);
        add("addi", 12, 12, 1);
        add("jal", 0, -16);
        assertThat(plan(0).entries()).containsExactly(0);
        assertThat(plan(8).entries()).as("where the unit is entered").containsExactly(0, 8);
    }

    @Test
    void eachWayRoundLooksAtTheBudget() {
        add("beq", 5, 0, 12);
        add("addi", 10, 10, 1);
        add("jal", 0, -8);
        add("addi", 12, 12, 1);
        add("beq", 12, 6, -12);
        add("addi", 13, 13, 1);
        add("bne", 13, 6, -12);
        add("jalr", 0, 0, 1);
        assertThat(plan(0).entries()).as("4 is on the way to 0, 12 on none").containsExactly(0, 12);
    }

    @Test
    void aLoopThatIsEnteredInItsMiddleIsEnteredThereOnly() {
        middle();
        assertThat(plan(0).entries()).containsExactly(0, 8);
        Narrow narrow = Flow.of(plan(0)).narrow(8);
        assertThat(narrow.registers()).isEqualTo(set(5, 6));
        assertThat(narrow.late()).isEqualTo(set(5));
        assertThat(narrow.lateBefore(8)).isZero();
        assertThat(narrow.lateBefore(4)).isZero();
    }

    @Test
    void aLoopWhoseFirstBlockIsThePlansEntryIsEnteredThereToo() {
        middle();
        assertThat(plan(4).entries()).containsExactly(4);
    }

    @Test
    void codeBeginsWhereControlComesFromElsewhereAndGoesOnToThePlace() {
        add("addi", 5, 0, 1);
        add("jalr", 0, 0, 1);
        add("addi", 5, 0, 1);
        add("beq", 5, 0, 12);
        add("jal", 1, 0x400);
        add("addi", 6, 0, 1);
        add("addi", 7, 7, 1);
        add("bne", 7, 6, -4);
        assertThat(beginning(24, 0, Set.of(0, 8, 24))).isEqualTo(8);
        assertThat(beginning(24, 0, Set.of(0, 20, 24))).as("behind a call").isEqualTo(20);
        assertThat(beginning(24, 16, Set.of(0, 8, 24))).as("what did not run").isEqualTo(24);
        assertThat(beginning(24, 0, Set.of(0))).as("what does not lead there").isEqualTo(24);
    }

    @Test
    void aPlanBeginsWithALoopIfControlComesBackToItsEntry() {
        nest();
        assertThat(plan(0).beginsWithLoop()).isFalse();
        assertThat(plan(4).beginsWithLoop()).isTrue();
        assertThat(plan(8).beginsWithLoop()).isTrue();
    }

    @Test
    void whatEachRoundDividesByAndNoneChangesIsADivisor() {
        add("remu", 5, 5, 6);
        add("div", 7, 7, 8);
        add("divu", 9, 9, 10);
        add("addi", 10, 10, 1);
        add("bne", 5, 0, -16);
        assertThat(Flow.of(plan(0)).divisors(0)).isEqualTo(new Divisors(set(6), set(8)));
    }

    @Test
    void whatNotEachRoundDividesByIsNone() {
        add("addi", 7, 7, -1);
        add("beq", 7, 11, 8);
        add("remu", 5, 5, 6);
        add("bne", 7, 0, -12);
        assertThat(Flow.of(plan(0)).loop(8)).isEqualTo(0);
        assertThat(Flow.of(plan(0)).divisors(8)).isEqualTo(Divisors.NONE);
        assertThat(Flow.of(plan(0)).divisors(12)).isEqualTo(Divisors.NONE);
    }

    /** A loop from 4 on that is entered at 8. */
    private void middle() {
        add("jal", 0, 8);
        add("addiw", 5, 6, 1);
        add("addiw", 6, 6, 1);
        add("bne", 6, 11, -8);
        add("jalr", 0, 0, 1);
    }

    /** At 0 what comes before; the outer loop from 4 on, the inner one from 8 to 12. */
    private void nest() {
        add("addi", 5, 0, 100);
        add("addi", 6, 6, 1);
        add("add", 10, 10, 11);
        add("bne", 10, 0, -4);
        add("bne", 6, 5, -12);
        add("jalr", 0, 0, 1);
    }

    private Plan plan(int entry) {
        return plan(entry, _ -> true);
    }

    private Plan plan(int entry, IntPredicate wanted) {
        Planner planner = new Planner(Extensions.RV64);
        return planner.plan(entry, this::halfword, wanted, _ -> false, 200).orElseThrow();
    }

    private int beginning(int entry, int metFrom, Set<Integer> entered) {
        return new Planner(Extensions.RV64).beginning(entry, this::halfword, at -> at >= metFrom, entered::contains);
    }

    private static long set(int... registers) {
        long set = 0;
        for (int register : registers) {
            set |= RegisterUse.x(register);
        }
        return set;
    }

    /** The registers that are kept in local variables somewhere. */
    private static long locals(Plan plan) {
        Flow flow = Flow.of(plan);
        return plan.blocks().stream()
                .mapToLong(block -> flow.locals(block.start()))
                .reduce(0, (a, b) -> a | b);
    }
}
