package dev.ravel.jit.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.CsrNumber;
import org.junit.jupiter.api.Test;

/** What of floating point is looked at where a loop is entered. */
class FloatFactsTest extends PlannedCode {
    private static final int A0 = 10;
    private static final int A2 = 12;

    /** To the rounding mode of {@code frm}. */
    private static final int DYN = 7;

    @Test
    void whatEachRoundNeedsIsLookedAtOnce() {
        add("fadd.d", 10, 10, 11, DYN);
        add("addi", A2, A2, -1);
        add("bne", A2, 0, -8);
        leave();
        assertThat(facts(0, false)).isEqualTo(new FloatFacts(true, true, false, false));
        assertThat(facts(0, true)).isEqualTo(new FloatFacts(true, true, true, true));
        assertThat(facts(12, true)).as("behind the loop").isEqualTo(FloatFacts.NOTHING);
    }

    @Test
    void whatIsToldByTheInstructionNeedsNoMode() {
        add("fmul.s", 10, 10, 11, 0);
        add("bne", A2, 0, -4);
        leave();
        assertThat(facts(0, true)).isEqualTo(new FloatFacts(true, false, true, false));
    }

    @Test
    void loadsNeedNoFlags() {
        add("fld", 10, 0, A0);
        add("bne", A2, 0, -4);
        leave();
        assertThat(facts(0, true)).isEqualTo(new FloatFacts(true, false, false, false));
    }

    @Test
    void whatARoundMayGoAroundIsNotLookedAt() {
        add("beq", A0, 0, 8);
        add("fadd.d", 10, 10, 11, DYN);
        add("addi", A2, A2, -1);
        add("bne", A2, 0, -12);
        leave();
        assertThat(facts(0, true)).isEqualTo(FloatFacts.NOTHING);
    }

    @Test
    void whatIsEnteredNeedsIsLookedAtIfRoundsDiffer() {
        add("fmul.d", 10, 10, 11, DYN);
        add("beq", A0, 0, 8);
        add("fadd.s", 12, 12, 13, 0);
        add("addi", A2, A2, -1);
        add("bne", A2, 0, -16);
        leave();
        assertThat(facts(8, true)).isEqualTo(new FloatFacts(true, true, true, true));
    }

    @Test
    void nothingIsKnownWhereACsrMayBeWritten() {
        add("fadd.d", 10, 10, 11, DYN);
        add("csrrs", A0, CsrNumber.INSTRET, 0);
        add("bne", A2, 0, -8);
        leave();
        assertThat(facts(0, true)).isEqualTo(FloatFacts.NOTHING);
    }

    @Test
    void norBehindACall() {
        add("fadd.d", 10, 10, 11, DYN);
        add("jal", 1, 1024);
        add("bne", A2, 0, -8);
        leave();
        assertThat(facts(0, true)).isEqualTo(FloatFacts.NOTHING);
    }

    private FloatFacts facts(int start, boolean ordinary) {
        return Flow.of(plan().withOrdinaryFloats(ordinary)).floats(start);
    }
}
