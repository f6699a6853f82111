package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.END;
import static dev.ravel.engine.BareMachine.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.Stateless;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import java.util.List;

/**
 * Code that no compiler writes: it jumps to where nobody expects instructions, has its pages taken away while it runs, or is larger than
 * what a translator takes at once. It does what the specification says, as often as it is run.
 */
class OddCodeTest {
    private static final long DEVICE = 0x1000_0000L;
    private static final long TABLES = BASE + 0x2_0000;
    private static final long OTHER_TABLES = BASE + 0x2_4000;
    private static final long ROUNDS = 200;

    /** The upper half of the {@code lui} is an {@code addi} of 16 bits: the instructions behind it belong to both readings. */
    private static final long TWO_READINGS = (long) encode("c.addi", 5, 1) << 16;

    @EveryEngine
    void aCallMayGoIntoTheMiddleOfAnInstruction(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[7] = ROUNDS;
            m.add("jalr", 1, 0, 10).add("xori", 10, 10, 2).add("addi", 7, 7, -1);
            m.add("bne", 7, 0, BASE - m.here()).stop();
            m.hart.x[10] = m.here();
            m.add("lui", 6, TWO_READINGS).add("addi", 9, 9, 1).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(ROUNDS / 2);
            assertThat(m.hart.x[6]).isEqualTo(TWO_READINGS);
            assertThat(m.hart.x[9]).isEqualTo(ROUNDS);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * (4 + 3));
        }
    }

    @EveryEngine
    void aBranchMayGoIntoTheMiddleOfAnInstruction(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[7] = ROUNDS;
            m.add("andi", 11, 7, 1).add("bne", 11, 0, 6);
            m.add("lui", 6, TWO_READINGS).add("addi", 9, 9, 1).add("addi", 7, 7, -1);
            m.add("bne", 7, 0, BASE - m.here()).stop();
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(ROUNDS / 2);
            assertThat(m.hart.x[6]).isEqualTo(TWO_READINGS);
            assertThat(m.hart.x[9]).isEqualTo(ROUNDS);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 6);
        }
    }

    /** Adds a loop that calls what x10 points to so many times, and the end. */
    private static void callTimes(BareMachine m, long times) {
        m.hart.x[7] = times;
        m.add("jalr", 1, 0, 10).add("addi", 7, 7, -1);
        m.add("bne", 7, 0, -8).stop();
    }

    /** A loop goes through a table of functions, the last of which is none. */
    private static void callsOneThatIsNone(BareMachine m, long none) {
        long table = BASE + 0x4000;
        long function = BASE + 0x40;
        for (int i = 0; i < ROUNDS; i++) {
            m.pokeLong(table + 8L * i, function);
        }
        m.pokeLong(table + 8 * ROUNDS, none);
        m.hart.x[10] = table;
        m.add("ld", 11, 0, 10).add("jalr", 1, 0, 11).add("addi", 10, 10, 8).add("jal", 0, BASE - m.here());
        m.org(function).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
        m.run();
        assertThat(m.hart.x[5]).isEqualTo(ROUNDS);
        assertThat(m.hart.x[1]).isEqualTo(BASE + 8);
    }

    @EveryEngine
    void dataThatAreNoInstructionsTrapWhereTheyAreRun(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long zeros = BASE + 0x6000;
            callsOneThatIsNone(m, zeros);
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.ILLEGAL_INSTRUCTION);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(zeros);
            assertThat(m.hart.csrs.mtval.value).isZero();
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 6 + 2);
        }
    }

    @EveryEngine
    void codeRunsOffTheEndOfMemory(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long last = END - 8;
            m.org(last).add("addi", 6, 6, 1).add("addi", 6, 6, 1).org(BASE);
            callsOneThatIsNone(m, last);
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.FETCH_ACCESS);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(END);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(END);
            assertThat(m.hart.x[6]).isEqualTo(2);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 6 + 2 + 2);
        }
    }

    @EveryEngine
    void anInstructionMayReachOutOfMemory(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long last = END - 2;
            m.org(last).half(encode("addi", 6, 6, 1)).org(BASE);
            callsOneThatIsNone(m, last);
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.FETCH_ACCESS);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(last);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(END);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 6 + 2);
        }
    }

    /** Registers that read as {@code addi x5, x5, 1} and a return. */
    private static final class Registers implements Stateless {
        private final List<Integer> code = List.of(encode("addi", 5, 5, 1), encode("jalr", 0, 0, 1));

        @Override
        public String name() {
            return "registers";
        }

        @Override
        public long read(long offset, int size) {
            return code.get((int) offset / 4) >>> offset % 4 * 8 & 0xffff;
        }

        @Override
        public void write(long offset, int size, long value) {
            throw new AssertionError("written to");
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void theRegistersOfADeviceMayBeRun(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.bus.map(DEVICE, 4096, new Registers());
            m.hart.x[10] = DEVICE;
            callTimes(m, ROUNDS);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(ROUNDS);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 5);
        }
    }

    /** A function across the end of a page is called until its second page is no more. */
    @EveryEngine
    void theSecondPageOfAnInstructionMayGo(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            PagedMemory paged = new PagedMemory(m, TABLES);
            paged.map(0x1000, BASE + 0x3000);
            paged.map(0x2000, BASE + 0x4000);
            paged.map(0x5000, BASE);
            paged.map(0x6000, TABLES + 0x2000);
            m.org(BASE + 0x3ffe).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.hart.x[7] = ROUNDS;
            m.hart.x[10] = 0x1ffe;
            m.hart.x[11] = 0x6000 + 2 * 8;
            m.org(BASE).add("jalr", 1, 0, 10).add("addi", 7, 7, -1).add("bne", 7, 0, -8);
            m.add("sd", 0, 0, 11).add("sfence.vma", 0, 0).add("jal", 0, BASE - m.here());
            m.hart.pc = 0x5000;
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.FETCH_PAGE_FAULT);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(0x1ffe);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(0x2000);
            assertThat(m.hart.x[5]).isEqualTo(ROUNDS);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 5 + 4);
        }
    }

    /** Each round goes on in the other address space, where the next instruction is another. */
    @EveryEngine
    void codeMayChangeItsOwnAddressSpace(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            new PagedMemory(m, OTHER_TABLES).map(0x1000, BASE + 0x4000);
            long otherSatp = m.hart.csrs.satp.value | 2L << 44;
            new PagedMemory(m, TABLES).map(0x1000, BASE + 0x3000);
            long satp = m.hart.csrs.satp.value | 1L << 44;
            m.hart.csrs.satp.value = satp;
            m.hart.mmu.setSatp(satp);
            for (int space = 0; space < 2; space++) {
                long page = BASE + 0x3000 + 0x1000 * space;
                m.org(page).add("csrrw", 0, CsrNumber.SATP, 10).add("addi", 5, 5, space == 0 ? 1 : 100);
                m.add("xor", 10, 10, 11).add("addi", 7, 7, -1).add("bne", 7, 0, page - m.here());
                m.stop();
            }
            m.hart.x[7] = ROUNDS;
            m.hart.x[10] = otherSatp;
            m.hart.x[11] = satp ^ otherSatp;
            m.hart.pc = 0x1000;
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(ROUNDS / 2 * 101);
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 5);
        }
    }

    @EveryEngine(variations = {})
    void aBlockMayTakeAMegabyte(TestEngine engine) {
        int instructions = (1 << 20) / 4;
        int rounds = 3;
        try (BareMachine m = new BareMachine(engine)) {
            long block = BASE + 0x2_0000;
            m.hart.x[10] = block;
            callTimes(m, rounds);
            int[] round = {encode("addi", 5, 5, 3), encode("xori", 5, 5, 1), encode("addi", 6, 6, 1)};
            m.org(block);
            for (int i = 0; i < instructions; i++) {
                m.word(round[i % round.length]);
            }
            m.add("jalr", 0, 0, 1);
            m.run();
            long expected = 0;
            for (long i = 0; i < (long) rounds * instructions; i++) {
                long place = i % instructions % 3;
                expected = place == 0 ? expected + 3 : place == 1 ? expected ^ 1 : expected;
            }
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(expected);
            assertThat(m.hart.x[6]).isEqualTo((long) rounds * (instructions / 3));
            assertThat(m.hart.instret).isEqualTo((long) rounds * (instructions + 1 + 3));
        }
    }

    private static final int TARGETS = 10_000;

    /** One jump by an address has all of them, in twenty pages. */
    @EveryEngine(variations = {})
    void aJumpMayHaveTenThousandTargets(TestEngine engine) {
        int rounds = 3;
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[8] = rounds;
            long round = m.here();
            m.add("lui", 7, 0x2000).add("addi", 7, 7, TARGETS - 0x2000).add("addi", 10, 11, 0);
            m.add("jalr", 1, 0, 10).add("addi", 10, 10, 8).add("addi", 7, 7, -1).add("bne", 7, 0, -12);
            m.add("addi", 8, 8, -1).add("bne", 8, 0, round - m.here()).stop();
            long targets = BASE + 0x2_0000;
            m.hart.x[11] = targets;
            m.org(targets);
            for (int i = 0; i < TARGETS; i++) {
                m.add("addi", 5, 5, i % 2000).add("jalr", 0, 0, 1);
            }
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo((long) rounds * TARGETS / 2000 * (1999 * 2000 / 2));
            assertThat(m.hart.instret).isEqualTo(rounds * (5 + TARGETS * 6L));
        }
    }

    /** Most of a page is branches of 16 bits over the next one. */
    @EveryEngine(variations = {})
    void everyInstructionMayBeTheTargetOfABranch(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[7] = ROUNDS;
            m.hart.x[10] = BASE + 0x2000;
            m.add("jalr", 1, 0, 10).add("xori", 8, 8, 1).add("addi", 7, 7, -1);
            m.add("bne", 7, 0, BASE - m.here()).stop();
            int branches = 2000;
            m.org(BASE + 0x2000);
            for (int i = 0; i < branches; i++) {
                m.half(encode("c.beqz", 8, 4));
            }
            m.half(encode("c.nop")).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(ROUNDS);
            // Half of the rounds meet all branches, half every other one.
            assertThat(m.hart.instret).isEqualTo(ROUNDS / 2 * (branches + branches / 2 + 2 * (4 + 1 + 2)));
        }
    }

    /** Deeper than the host's stack is. */
    @EveryEngine(variations = EveryEngine.Variation.PROTECTION)
    void callsMayNestAHundredThousandTimes(TestEngine engine) {
        int depth = 100_000;
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[2] = END;
            m.hart.x[7] = depth;
            m.add("jal", 1, 8).stop();
            long function = m.here();
            m.add("bne", 7, 0, 8).add("jalr", 0, 0, 1);
            m.add("addi", 2, 2, -8).add("sd", 1, 0, 2).add("addi", 7, 7, -1);
            m.add("jal", 1, function - m.here()).add("addi", 5, 5, 1);
            m.add("ld", 1, 0, 2).add("addi", 2, 2, 8).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + 4);
            assertThat(m.hart.x[5]).isEqualTo(depth);
            assertThat(m.hart.x[2]).isEqualTo(END);
            assertThat(m.hart.instret).isEqualTo(1 + 9L * depth + 2);
        }
    }
}
