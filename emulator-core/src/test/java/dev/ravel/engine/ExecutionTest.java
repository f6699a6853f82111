package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.HANDLER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.csr.Mstatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;

/** What every engine owes to any guest: results, counts, and traps at the instruction that caused them. */
class ExecutionTest {

    @EveryEngine
    void runsStraightLineCodeAndCountsIt(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 0, 20)
                    .add("addi", 6, 5, 22)
                    .add("sub", 7, 6, 5)
                    .add("mul", 8, 6, 7)
                    .stop();
            m.run();
            assertThat(m.hart.x[6]).isEqualTo(42);
            assertThat(m.hart.x[8]).isEqualTo(42 * 22);
            assertThat(m.hart.instret).isEqualTo(4);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + 16);
        }
    }

    @EveryEngine
    void runsALoopWithLoadsAndStores(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x4000;
            m.hart.x[10] = data;
            m.add("addi", 5, 0, 1000);
            long loop = m.here();
            m.add("ld", 6, 0, 10).add("add", 6, 6, 5).add("sd", 6, 0, 10).add("addi", 5, 5, -1);
            m.add("bne", 5, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.peekLong(data)).isEqualTo(500_500);
            assertThat(m.hart.instret).isEqualTo(1 + 5 * 1000);
        }
    }

    @EveryEngine
    void runsBlocksLongerThanAPageAndJumpsBetweenPages(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            for (int i = 0; i < 3000; i++) {
                m.add("addi", 5, 5, 1);
            }
            m.add("jal", 1, 0x4000).stop();
            m.org(m.here() - 8 + 0x4000).add("addi", 6, 0, 9).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(3000);
            assertThat(m.hart.x[6]).isEqualTo(9);
            assertThat(m.hart.instret).isEqualTo(3003);
        }
    }

    @EveryEngine
    void executesExactlyAsManyInstructionsAsAskedFor(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 5, 1).add("addi", 6, 6, 1).add("addi", 7, 7, 1).add("jal", 0, -12);
            long total = 0;
            for (long count : new long[] {1, 2, 3, 5, 63, 64, 65, 127, 1000, 1001, 20_000, 1}) {
                assertThat(m.runOnce(count)).isEqualTo(ExecutionEngine.Stop.POLL);
                total += count;
                assertThat(m.hart.instret).isEqualTo(total);
                assertThat(m.hart.pc).isEqualTo(BASE + 4 * (total % 4));
                assertThat(m.hart.x[5]).isEqualTo((total + 3) / 4);
                assertThat(m.hart.x[7]).isEqualTo((total + 1) / 4);
            }
        }
    }

    @EveryEngine
    void countsAnExceptionAgainstTheBudgetThoughItRetiresNothing(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 0, 1).add("ecall");
            m.runOnce(2);
            assertThat(m.hart.pc).isEqualTo(HANDLER);
            assertThat(m.hart.instret).isEqualTo(1);
            m.hart.pc = BASE;
            m.runOnce(3);
            assertThat(m.hart.instret).as("the handler's first instruction").isEqualTo(3);
            assertThat(m.hart.pc).isEqualTo(HANDLER + 4);
        }
    }

    @EveryEngine
    void stopsWhereAnInterruptIsWaitedFor(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 0, 1).add("wfi").add("addi", 5, 0, 2).stop();
            ExecutionEngine.Stop stop;
            do {
                stop = m.runOnce(engine.slice());
            } while (m.hart.instret < 2);
            assertThat(stop).isEqualTo(ExecutionEngine.Stop.WAIT);
            assertThat(m.hart.pc).isEqualTo(BASE + 8);
            assertThat(m.hart.x[5]).isEqualTo(1);
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(2);
        }
    }

    @EveryEngine
    void ignoresWritesToX0(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x4000;
            m.hart.x[10] = data;
            m.pokeLong(data, 77);
            m.add("addi", 0, 0, 1).add("ld", 0, 0, 10).add("amoadd.d", 0, 0, 10).add("lui", 0, 0x1000);
            m.add("auipc", 0, 0)
                    .add("jal", 0, 4)
                    .add("csrrs", 0, CsrNumber.MHARTID, 0)
                    .add("lr.d", 0, 10);
            m.add("sc.d", 0, 0, 10)
                    .add("amocas.d", 0, 0, 10)
                    .add("add", 5, 0, 0)
                    .stop();
            m.run();
            assertThat(m.hart.x[0]).isZero();
            assertThat(m.hart.x[5]).isZero();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.peekLong(data)).isZero();
        }
    }

    @EveryEngine
    void accessesAroundOneRegisterMayLieAcrossTheEndOfAPage(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x2_0000;
            m.hart.x[10] = data + 8;
            m.hart.x[12] = data + 8 + 12 * 1000;
            m.hart.x[13] = 0x1122_3344_5566_7788L;
            // 12 bytes each round, at every distance from the end of a page, and read back together with what is
            // before.
            m.add("sd", 13, 0, 10)
                    .add("sw", 13, 8, 10)
                    .add("ld", 14, 4, 10)
                    .add("xor", 15, 15, 14)
                    .add("add", 16, 16, 14)
                    .add("lhu", 14, -2, 10)
                    .add("add", 16, 16, 14)
                    .add("addi", 13, 13, 3)
                    .add("addi", 10, 10, 12)
                    .add("bne", 10, 12, -36)
                    .stop();
            m.run();
            long xor = 0;
            long sum = 0;
            long before = 0;
            for (int i = 0; i < 1000; i++) {
                long value = 0x1122_3344_5566_7788L + 3 * i;
                long middle =
                        value >>> 32 | value << 32; // the last 4 bytes of the doubleword, then its first 4 once more
                xor ^= middle;
                sum += middle + before;
                before = value >>> 16 & 0xffff;
                assertThat(m.peekLong(data + 8 + 12 * i)).isEqualTo(value);
            }
            assertThat(m.hart.x[15]).isEqualTo(xor);
            assertThat(m.hart.x[16]).isEqualTo(sum);
            assertThat(m.hart.instret).isEqualTo(10_000);
        }
    }

    @EveryEngine
    void faultsPreciselyAmongAccessesAroundOneRegister(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long end = BASE + m.ram.size();
            m.hart.x[10] = end;
            m.hart.x[11] = 99;
            m.add("sd", 11, -24, 10)
                    .add("sd", 11, -16, 10)
                    .add("addi", 5, 0, 1)
                    .add("sd", 5, -8, 10)
                    .add("lw", 11, 0, 10)
                    .add("addi", 5, 0, 2)
                    .stop();
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.LOAD_ACCESS);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(end);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + 16);
            assertThat(m.hart.instret).isEqualTo(4);
            assertThat(m.hart.x[5]).isEqualTo(1);
            assertThat(m.hart.x[11]).isEqualTo(99);
            assertThat(m.peekLong(end - 16)).isEqualTo(99);
            assertThat(m.peekLong(end - 8)).isEqualTo(1);
        }
    }

    @EveryEngine
    void aLoopStopsAtTheFirstAddressThatIsNotThere(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long end = BASE + m.ram.size();
            m.hart.x[10] = end - 9999;
            m.hart.x[11] = 1;
            m.add("sb", 11, 0, 10)
                    .add("addi", 10, 10, 1)
                    .add("addi", 5, 5, 1)
                    .add("jal", 0, -12)
                    .stop();
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.STORE_ACCESS);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(end);
            assertThat(m.hart.x[5]).isEqualTo(9999);
            assertThat(m.hart.x[10]).isEqualTo(end);
            assertThat(m.hart.instret).isEqualTo(4 * 9999);
            assertThat(m.peekLong(end - 8)).isEqualTo(0x0101_0101_0101_0101L);
        }
    }

    @EveryEngine
    void aLoopIsLeftAfterAnyNumberOfRoundsByEitherOfItsBranches(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            // Numbers are copied until one is 0 or enough are; both ends are near those of pages.
            m.add("addi", 6, 0, -1);
            long loop = m.here();
            m.add("ld", 6, 0, 10).add("addi", 10, 10, 8);
            long branch = m.here();
            m.add("beq", 6, 0, 20);
            m.add("sd", 6, 0, 11).add("addi", 5, 5, -1).add("addi", 11, 11, 8).add("bne", 5, 0, loop - m.here());
            long end = m.here();
            assertThat(end).isEqualTo(branch + 20);
            m.stop();
            int most = 24;
            long from = BASE + 0x5000 - 48;
            long to = BASE + 0x7000 - 80;
            for (int rounds = 1; rounds <= most; rounds++) {
                for (int zero = 0; zero <= most; zero++) {
                    for (int i = 0; i <= most; i++) {
                        m.pokeLong(from + 8 * i, i == zero ? 0 : 100 + i);
                        m.pokeLong(to + 8 * i, -1);
                    }
                    m.hart.pc = BASE;
                    m.hart.instret = 0;
                    m.hart.x[5] = rounds;
                    m.hart.x[10] = from;
                    m.hart.x[11] = to;
                    m.run();
                    int copied = Math.min(rounds, zero);
                    boolean met = zero < rounds;
                    String as = rounds + " rounds, 0 at " + zero;
                    assertThat(m.hart.instret).as(as).isEqualTo(1 + 7 * copied + (met ? 3 : 0));
                    assertThat(m.hart.x[5]).as(as).isEqualTo(rounds - copied);
                    assertThat(m.hart.x[6]).as(as).isEqualTo(met ? 0 : 99 + copied);
                    assertThat(m.hart.x[10]).as(as).isEqualTo(from + 8 * (met ? copied + 1 : copied));
                    assertThat(m.hart.x[11]).as(as).isEqualTo(to + 8 * copied);
                    for (int i = 0; i <= most; i++) {
                        assertThat(m.peekLong(to + 8 * i)).as(as).isEqualTo(i < copied ? 100 + i : -1);
                    }
                }
            }
        }
    }

    @EveryEngine
    void faultsPreciselyInTheMiddleOfABlock(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[10] = 0x1234;
            m.hart.x[11] = 99;
            m.add("addi", 5, 0, 1)
                    .half(encode("c.nop"))
                    .add("lw", 11, 4, 10)
                    .add("addi", 5, 0, 2)
                    .stop();
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.LOAD_ACCESS);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(0x1238);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + 6);
            assertThat(m.hart.instret).isEqualTo(2);
            assertThat(m.hart.x[5]).isEqualTo(1);
            assertThat(m.hart.x[11]).isEqualTo(99);
        }
    }

    @EveryEngine
    void faultsOnAJumpToNowhereAtItsTarget(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[10] = 0x4444;
            m.add("jalr", 1, 0, 10).stop();
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.FETCH_ACCESS);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(0x4444);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(0x4444);
            assertThat(m.hart.x[1]).isEqualTo(BASE + 4);
            assertThat(m.hart.instret).isEqualTo(1);
        }
    }

    @EveryEngine
    void reportsTheBitsOfAnIllegalInstruction(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 0, 1).word(0xffff_ffff);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.ILLEGAL_INSTRUCTION);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(0xffff_ffffL);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + 4);
        }
    }

    @EveryEngine
    void reportsOnlySixteenBitsOfAnIllegalCompressedInstruction(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 0, 1).half(0x4002).half(0xffff);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.ILLEGAL_INSTRUCTION);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(0x4002);
        }
    }

    @EveryEngine
    void refusesFloatingPointWhileItIsOff(TestEngine engine) {
        for (String mnemonic : new String[] {"fld", "fsd"}) {
            try (BareMachine m = new BareMachine(engine)) {
                m.hart.x[10] = BASE + 0x4000;
                m.add(mnemonic, 1, 0, 10).stop();
                m.run();
                assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.ILLEGAL_INSTRUCTION);
                assertThat(m.hart.csrs.mtval.value).isEqualTo(BareMachine.encode(mnemonic, 1, 0, 10));
                assertThat(m.hart.csrs.mstatus.has(Mstatus.FS)).isFalse();
            }
        }
    }

    @EveryEngine
    void makesFloatingPointStateDirtyOnlyWhenItChanges(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long initial = 1L << 13;
            m.hart.csrs.mstatus.value |= initial;
            m.hart.x[10] = BASE + 0x4000;
            m.add("fsd", 1, 0, 10).add("fmv.x.d", 5, 1).stop();
            m.add("fld", 1, 0, 10).stop();
            m.run();
            assertThat(m.hart.csrs.mstatus.value & Mstatus.FS).isEqualTo(initial);
            m.hart.pc = BASE + 12;
            m.run();
            assertThat(m.hart.csrs.mstatus.value & Mstatus.FS).isEqualTo(Mstatus.FS);
        }
    }

    @EveryEngine
    void takesTheRoundingModeFromFrmWhenTheInstructionSaysSo(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.csrs.mstatus.value |= Mstatus.FS;
            m.hart.f[1] = Double.doubleToRawLongBits(1.5);
            m.add("csrrwi", 0, 2, 2)
                    .add("fcvt.w.d", 5, 1, 7)
                    .add("csrrwi", 0, 2, 3)
                    .add("fcvt.w.d", 6, 1, 7);
            m.add("fcvt.w.d", 7, 1, 1)
                    .add("csrrwi", 0, 2, 5)
                    .add("fcvt.w.d", 8, 1, 7)
                    .stop();
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(1);
            assertThat(m.hart.x[6]).isEqualTo(2);
            assertThat(m.hart.x[7]).isEqualTo(1);
            assertThat(m.hart.csrs.mcause.value).as("frm = 5 is reserved").isEqualTo(Cause.ILLEGAL_INSTRUCTION);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + 24);
        }
    }

    @EveryEngine
    void keepsBytesBesideAnAtomicByteAsTheyAre(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x4000;
            m.pokeLong(data, 0x1122_3344_5566_7788L);
            m.hart.x[10] = data + 3;
            m.hart.x[11] = 0xfe;
            m.hart.x[12] = data + 4;
            m.hart.x[13] = 0x1_8000;
            m.add("amoadd.b", 5, 11, 10).add("amomax.h", 6, 13, 12).stop();
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(0x55);
            assertThat(m.hart.x[6]).isEqualTo(0x3344);
            assertThat(m.peekLong(data)).isEqualTo(0x1122_3344_5366_7788L);
        }
    }

    @EveryEngine
    void swapsPairsOfRegistersWithMemory(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x4000;
            m.pokeLong(data, 1);
            m.pokeLong(data + 8, 2);
            m.hart.x[10] = data;
            m.hart.x[6] = 1;
            m.hart.x[7] = 3;
            m.hart.x[8] = 10;
            m.hart.x[9] = 20;
            m.add("amocas.q", 6, 8, 10)
                    .add("addi", 28, 7, 0)
                    .add("amocas.q", 6, 8, 10)
                    .stop();
            m.run();
            assertThat(m.hart.x[28])
                    .as("the first fails and loads what is there")
                    .isEqualTo(2);
            assertThat(m.peekLong(data)).isEqualTo(10);
            assertThat(m.peekLong(data + 8)).isEqualTo(20);
        }
    }

    @EveryEngine(harts = 2)
    void letsScFailAfterAnotherWrite(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine, 2)) {
            long data = BASE + 0x4000;
            m.hart.x[10] = data;
            m.hart.x[11] = 5;
            m.add("lr.w", 5, 10).add("ecall").add("sc.w", 6, 11, 10).add("sc.w", 7, 11, 10);
            m.add("lr.w", 5, 10).add("sc.w", 8, 11, 10).stop();
            m.run();
            m.pokeLong(data, 1);
            m.hart.pc = BASE + 8;
            m.run();
            assertThat(m.hart.x[6]).as("written in between").isEqualTo(1);
            assertThat(m.hart.x[7]).as("no reservation").isEqualTo(1);
            assertThat(m.hart.x[8]).isZero();
            assertThat(m.peekLong(data)).isEqualTo(5);
        }
    }

    private static int encode(String mnemonic, long... operands) {
        return BareMachine.encode(mnemonic, operands);
    }

    @EveryEngine
    void leavesTheSinkRegisterUnread(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x4000;
            m.hart.x[10] = data;
            m.hart.x[11] = 4;
            m.hart.x[Hart.SINK] = 123;
            m.pokeLong(data, 0);
            m.add("amocas.w", 0, 11, 10).stop();
            m.run();
            assertThat(m.peekLong(data)).as("x0 expects 0").isEqualTo(4);
        }
    }
}
