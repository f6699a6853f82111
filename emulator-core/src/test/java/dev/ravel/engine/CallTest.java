package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Cause;

/**
 * Calls and returns within a page, which a translator may make jumps of: control comes back to where the link register says, whatever
 * called.
 */
class CallTest {
    private static final long STACK = BASE + 0x8000;

    /** fib(18) by two calls of itself each: 8,361 calls. */
    @EveryEngine
    void aFunctionMayCallItself(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[2] = STACK;
            m.add("addi", 10, 0, 18).add("jal", 1, 8).stop();
            long fib = m.here();
            m.add("addi", 5, 0, 2).add("blt", 10, 5, 60);
            m.add("addi", 2, 2, -24).add("sd", 1, 0, 2).add("sd", 10, 8, 2);
            m.add("addi", 10, 10, -1).add("jal", 1, fib - m.here());
            m.add("ld", 11, 8, 2).add("sd", 10, 16, 2).add("addi", 10, 11, -2).add("jal", 1, fib - m.here());
            m.add("ld", 11, 16, 2).add("add", 10, 10, 11);
            m.add("ld", 1, 0, 2).add("addi", 2, 2, 24).add("jalr", 0, 0, 1);
            m.add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.x[10]).isEqualTo(2584);
            assertThat(m.hart.x[2]).isEqualTo(STACK);
            assertThat(m.hart.instret).isEqualTo(2 + 3 * 4181 + 16 * 4180);
        }
    }

    /** Called 301 times with 12, the last time with x23 pointing to nothing: what each call has left in registers so far is there. */
    @EveryEngine
    void aTrapFindsTheRegistersOfAFunctionThatCallsItself(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[2] = STACK;
            m.hart.x[23] = STACK;
            m.add("addi", 20, 0, 300);
            long loop = m.here();
            long function = loop + 7 * 4;
            m.add("addi", 10, 0, 12).add("jal", 1, function - m.here());
            m.add("addi", 20, 20, -1).add("bne", 20, 0, loop - m.here());
            m.add("addi", 23, 0, 8).add("addi", 10, 0, 12).add("jal", 1, function - m.here());
            m.add("beq", 10, 0, 36);
            m.add("addi", 2, 2, -16).add("sd", 1, 0, 2).add("addi", 10, 10, -1).add("addi", 24, 24, 1);
            m.add("jal", 1, function - m.here());
            m.add("ld", 1, 0, 2).add("addi", 2, 2, 16).add("jalr", 0, 0, 1);
            m.add("ld", 25, 0, 23).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.LOAD_ACCESS);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(function + 36);
            assertThat(m.hart.x[1]).isEqualTo(function + 24);
            assertThat(m.hart.x[2]).isEqualTo(STACK - 12 * 16);
            assertThat(m.hart.x[10]).isZero();
            assertThat(m.hart.x[24]).isEqualTo(301 * 12);
            assertThat(m.hart.instret).isEqualTo(1 + 300 * (4 + 12 * 9 + 3) + 3 + 12 * 6 + 1);
        }
    }

    /** A function is called from three places of a loop and returns to each. */
    @EveryEngine
    void aFunctionReturnsToWhoeverCalled(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 20, 0, 500);
            long loop = m.here();
            long add = loop + 7 * 4 + 4;
            m.add("jal", 1, add - m.here()).add("slli", 10, 10, 1);
            m.add("jal", 1, add - m.here()).add("xori", 10, 10, 5);
            m.add("jal", 5, add + 8 - m.here());
            m.add("addi", 20, 20, -1).add("bne", 20, 0, loop - m.here()).stop();
            m.add("addi", 10, 10, 3).add("jalr", 0, 0, 1);
            m.add("addi", 10, 10, 7).add("jalr", 0, 0, 5);
            m.run();
            long expected = 0;
            for (int i = 0; i < 500; i++) {
                expected = ((expected + 3 << 1) + 3 ^ 5) + 7;
            }
            assertThat(m.hart.x[10]).isEqualTo(expected);
            assertThat(m.hart.instret).isEqualTo(1 + 500 * 13);
        }
    }

    /** The function counts ones, a round of its loop for each: of 0, no round. */
    @EveryEngine
    void aFunctionWithALoopReturnsToWhoeverCalled(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 20, 0, 500);
            long loop = m.here();
            long ones = loop + 8 * 4 + 4;
            m.add("addi", 11, 20, 0).add("jal", 1, ones - m.here()).add("add", 12, 12, 10);
            m.add("addi", 11, 20, -1).add("jal", 1, ones - m.here()).add("add", 12, 12, 10);
            m.add("addi", 20, 20, -1).add("bne", 20, 0, loop - m.here()).stop();
            m.add("addi", 10, 0, 0).add("beq", 11, 0, 20);
            m.add("addi", 5, 11, -1)
                    .add("and", 11, 11, 5)
                    .add("addi", 10, 10, 1)
                    .add("bne", 11, 0, -12);
            m.add("jalr", 0, 0, 1);
            m.run();
            long expected = 0;
            for (int i = 0; i < 500; i++) {
                expected += Integer.bitCount(i + 1) + Integer.bitCount(i);
            }
            assertThat(m.hart.x[12]).isEqualTo(expected);
            assertThat(m.hart.instret).isEqualTo(1 + 500 * (8 + 2 * 3) + 4 * expected);
        }
    }

    /** Each round its link register is another: behind another call, into the middle of a block, and to the same offset in the next page. */
    @EveryEngine
    void aFunctionMayReturnToWhereNobodyCalled(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 20, 0, 300).add("lui", 21, 0x1000);
            long loop = m.here();
            long elsewhere = loop + 9 * 4;
            m.add("addi", 12, 0, 0).add("jal", 1, elsewhere - m.here());
            m.add("addi", 10, 10, 1)
                    .add("addi", 11, 11, 1)
                    .add("addi", 20, 20, -1)
                    .add("bne", 20, 0, loop - m.here());
            m.stop();
            m.add("jal", 1, elsewhere - m.here()).add("jal", 0, -24);
            // x12 counts: the first return goes over an instruction, those after it over the end of the page.
            m.add("andi", 13, 20, 3).add("addi", 12, 12, 1);
            m.add("beq", 13, 0, 16).add("addi", 14, 0, 1).add("beq", 13, 14, 12).add("jalr", 0, 0, 1);
            m.add("jalr", 0, 4, 1);
            m.add("add", 1, 1, 21).add("jalr", 0, 0, 1);
            m.org(loop + 8 + 0x1000).add("addi", 15, 15, 1).add("sub", 1, 1, 21).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.x[20]).isZero();
            assertThat(m.hart.x[11]).isEqualTo(300);
            // Every fourth round has none of the instruction that is gone over.
            assertThat(m.hart.x[10]).isEqualTo(225);
            assertThat(m.hart.x[15]).isEqualTo(75);
        }
    }

    /** {@code jal} to the next instruction: how code finds out where it is. */
    @EveryEngine
    void aCallMayGoToItsOwnReturnAddress(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 20, 0, 200);
            long loop = m.here();
            m.add("jal", 1, 4);
            long here = m.here();
            m.add("add", 10, 10, 1).add("addi", 20, 20, -1).add("bne", 20, 0, loop - m.here());
            m.stop();
            m.run();
            assertThat(m.hart.x[10]).isEqualTo(200 * here);
            assertThat(m.hart.instret).isEqualTo(1 + 4 * 200);
        }
    }

    /** The callee is another each round: one of two in the same page, or one in the next page, as far into it as the first. */
    @EveryEngine
    void aCallByAnAddressGoesToWhateverIsThere(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[7] = 3;
            m.hart.x[8] = 1;
            m.hart.x[20] = 600;
            m.add("remu", 6, 20, 7).add("addi", 5, 21, 0).add("beq", 6, 0, 16);
            m.add("addi", 5, 22, 0).add("beq", 6, 8, 8).add("addi", 5, 23, 0);
            m.add("jalr", 1, 0, 5).add("addi", 20, 20, -1).add("bne", 20, 0, -32);
            m.stop();
            m.hart.x[21] = m.here();
            m.add("addi", 10, 10, 1).add("jalr", 0, 0, 1);
            m.hart.x[22] = m.here();
            m.add("addi", 11, 11, 1).add("jalr", 0, 0, 1);
            m.hart.x[23] = m.hart.x[21] + 0x1000;
            m.org(m.hart.x[23]).add("addi", 12, 12, 1).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.x[10]).isEqualTo(200);
            assertThat(m.hart.x[11]).isEqualTo(200);
            assertThat(m.hart.x[12]).isEqualTo(200);
            assertThat(m.hart.instret).isEqualTo(200 * (8 + 10 + 11));
        }
    }

    /** Whatever the budget, the count is exact in the middle of calls. */
    @EveryEngine
    void executesExactlyAsManyInstructionsAsAskedForThroughCalls(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("jal", 1, 12).add("addi", 5, 5, 1).add("jal", 0, -8);
            m.add("addi", 6, 6, 1).add("jalr", 0, 0, 1);
            long[] places = {0, 12, 16, 4, 8};
            long total = 0;
            for (long count : new long[] {1, 2, 3, 5, 63, 64, 65, 127, 1000, 1001, 20_000, 1, 7}) {
                m.runOnce(count);
                total += count;
                assertThat(m.hart.instret).isEqualTo(total);
                assertThat(m.hart.pc).isEqualTo(BASE + places[(int) (total % 5)]);
                assertThat(m.hart.x[6]).isEqualTo((total + 3) / 5);
                assertThat(m.hart.x[5]).isEqualTo((total + 1) / 5);
            }
        }
    }
}
