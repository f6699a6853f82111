package dev.ravel.jit.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which loops are taken for copies and fills of memory, and which only look like them. */
class BulkLoopTest extends PlannedCode {
    private static final int T0 = 5;
    private static final int T1 = 6;
    private static final int A0 = 10;
    private static final int A1 = 11;
    private static final int A2 = 12;

    @Test
    void aLoopThatStoresWhatItLoadsCopies() {
        add("ld", T0, 0, A1);
        add("addi", A0, A0, 8);
        add("sd", T0, -8, A0);
        add("addi", A1, A1, 8);
        close("bne", A2, A0);
        assertThat(found())
                .contains(new BulkLoop(
                        0,
                        5,
                        new BulkLoop.Place(A0, 0),
                        Optional.of(new BulkLoop.Place(A1, 0)),
                        0,
                        8,
                        8,
                        Map.of(A0, 8L, A1, 8L),
                        new BulkLoop.End(A0, 8, A2, false)));
    }

    @Test
    void aRoundMayLoadAndStoreSeveralTimesInAnyOrder() {
        add("lw", T0, 4, A1);
        add("lw", T1, 0, A1);
        add("sw", T0, -4, A0);
        add("sw", T1, -8, A0);
        add("addi", A0, A0, 8);
        add("addi", A1, A1, 8);
        add("addi", A2, A2, -2);
        close("bgeu", A2, 7);
        assertThat(found()).hasValueSatisfying(loop -> {
            assertThat(loop.to()).isEqualTo(new BulkLoop.Place(A0, -8));
            assertThat(loop.from()).contains(new BulkLoop.Place(A1, 0));
            assertThat(loop.size()).isEqualTo(4);
            assertThat(loop.stride()).isEqualTo(8);
            assertThat(loop.end()).isEqualTo(new BulkLoop.End(A2, -2, 7, true));
        });
    }

    @Test
    void aLoopThatStoresTheSameEachTimeFills() {
        add("sb", T0, 0, A0);
        add("addi", A0, A0, 1);
        close("bltu", A0, A2);
        assertThat(found()).hasValueSatisfying(loop -> {
            assertThat(loop.from()).isEmpty();
            assertThat(loop.filler()).isEqualTo(T0);
            assertThat(loop.end()).isEqualTo(new BulkLoop.End(A0, 1, A2, true));
        });
    }

    @Test
    void whatIsStoredHasToBeAllOfWhatIsPassed() {
        add("ld", T0, 0, A1);
        add("sw", T0, 0, A0);
        next(8);
        assertThat(found()).isEmpty();
        add("lw", T0, 0, A1);
        add("sw", T0, 0, A0);
        next(8);
        assertThat(found()).isEmpty();
        add("ld", T0, 8, A1);
        add("ld", T1, 0, A1);
        add("sd", T0, 0, A0);
        add("sd", T1, 8, A0);
        next(16);
        assertThat(found()).isEmpty();
    }

    @Test
    void whatIsLoadedMayBeForNothingElse() {
        add("ld", T0, 0, A1);
        add("sd", T0, 0, A0);
        add("add", T1, T1, T0);
        next(8);
        assertThat(found()).isEmpty();
        add("ld", T0, 0, A1);
        add("ld", T1, 8, A1);
        add("sd", T0, 0, A0);
        next(8);
        assertThat(found()).isEmpty();
        // Stored a round later.
        add("sd", T0, 0, A0);
        add("ld", T0, 0, A1);
        next(8);
        assertThat(found()).isEmpty();
        add("ld", T0, 0, A1);
        add("sd", T0, 0, A0);
        add("addi", A0, A0, 8);
        add("addi", A1, A1, 8);
        close("bne", T0, 0);
        assertThat(found()).isEmpty();
    }

    @Test
    void theEndHasToBeComeNearer() {
        add("sd", 0, 0, A0);
        add("addi", A0, A0, 8);
        close("bltu", A2, A0);
        assertThat(found()).isEmpty();
        add("sd", 0, 0, A0);
        add("addi", A0, A0, 8);
        close("beq", A2, A0);
        assertThat(found()).isEmpty();
        add("sd", 0, 0, A0);
        add("addi", A0, A0, 8);
        add("addi", A2, A2, 1);
        close("bne", A2, A0);
        assertThat(found()).isEmpty();
        add("sd", 0, 0, A0);
        add("addi", A0, A0, 8);
        add("addi", T0, A0, 8);
        close("bne", A2, A0);
        assertThat(found()).isEmpty();
    }

    @Test
    void aLoopInsideOfOthersThatKeepTheirRegistersWithItIsNone() {
        add("addi", A0, T1, 0);
        add("sd", 0, 0, A0);
        add("addi", A0, A0, 8);
        add("bne", A0, A2, -8);
        add("addi", T0, T0, -1);
        close("bne", T0, 0);
        assertThat(found()).isEmpty();
    }

    /** A branch to the beginning. */
    private void close(String mnemonic, long left, long right) {
        add(mnemonic, left, right, -4L * code.size());
    }

    /** The end of a loop whose places are so many bytes further on in the next round. */
    private void next(int bytes) {
        add("addi", A0, A0, bytes);
        add("addi", A1, A1, bytes);
        close("bne", A0, A2);
    }

    /** What the loop is, if it is one; the code is then forgotten. */
    private Optional<BulkLoop> found() {
        add("jalr", 0, 0, 1);
        Plan plan = plan();
        Map<Integer, BulkLoop> loops = BulkLoop.of(plan, Flow.of(plan));
        code.clear();
        assertThat(loops.keySet()).allMatch(start -> start == 0);
        return Optional.ofNullable(loops.get(0));
    }
}
