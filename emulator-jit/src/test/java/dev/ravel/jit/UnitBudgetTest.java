package dev.ravel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.ExecutionEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.CsrNumber;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.mmu.Pmp;
import dev.ravel.observe.Observer;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.TimeCounter;
import dev.ravel.time.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Units are dropped when there are too many, when their code changes, and when they are no use; all of it is counted and told. */
class UnitBudgetTest {
    private static final long BASE = 0x8000_0000L;
    private static final long PROGRAM = BASE + 0x1_0000;

    /** Functions of two instructions, each in a page of its own from {@link #FIRST} on; the n-th adds n to a1, from 1 on. */
    private static final int FUNCTIONS = 32;

    private static final long FIRST = BASE + 0x2_0000;
    private static final long BUDGET = 1000;

    /** Adds the doubleword that a0 points to and the next one, and stores their sum behind them. */
    private static final long ADDING = BASE + 0x8_0000;

    /** Translated and thrown away, as an observer is told. */
    private static final class Told implements Observer {
        int translated;
        final List<Long> invalidated = new ArrayList<>();

        @Override
        public void codeTranslated(String engine, long address, int instructions) {
            assertThat(engine).isEqualTo("jit");
            assertThat(instructions).isPositive();
            translated++;
        }

        @Override
        public void codeInvalidated(long page) {
            invalidated.add(page);
        }
    }

    @Test
    void theOldestGoAndTheProgramDoesNotNotice() {
        try (Setup m = new Setup(BUDGET)) {
            assertThat(m.callAll(3)).isEqualTo(3 * FUNCTIONS * (FUNCTIONS + 1) / 2);
            Map<String, Long> counters = m.engine.counters();
            assertThat(counters.get("unitBytecodeBytes")).isPositive().isLessThanOrEqualTo(BUDGET);
            assertThat(counters.get("unitsDropped")).isPositive();
            assertThat(counters.get("unitsMade")).isEqualTo(counters.get("units") + counters.get("unitsDropped"));
            assertThat(counters.get("unitsFailed")).isZero();
        }
    }

    @Test
    void withRoomEnoughEachIsMadeOnceAndAlmostAllRunsTranslated() {
        try (Setup m = new Setup(1 << 20)) {
            m.callAll(50);
            Map<String, Long> counters = m.engine.counters();
            assertThat(counters.get("unitsDropped")).isZero();
            assertThat(counters.get("units")).isEqualTo(counters.get("unitsMade"));
            assertThat(counters.get("translatedInstructions")).isBetween(m.hart.instret * 9 / 10, m.hart.instret);
        }
    }

    @Test
    void changedCodeIsCountedAndTold() {
        try (Setup m = new Setup(1 << 20)) {
            Told told = new Told();
            m.hart.setObserver(told);
            m.callAll(2);
            assertThat(told.translated)
                    .isEqualTo(m.engine.counters().get("unitsMade").intValue());
            assertThat(told.invalidated).isEmpty();

            m.write(FIRST, Setup.encode("addi", 11, 11, 1001));
            assertThat(told.invalidated).containsExactly(FIRST);
            assertThat(m.engine.counters().get("unitsInvalidated")).isEqualTo(1);
            assertThat(m.callAll(1)).isEqualTo(1000 + FUNCTIONS * (FUNCTIONS + 1) / 2);
        }
    }

    @Test
    void aLoopWhoseRegistersAreWiderThanTheyLookedIsMadeAnewOnce() {
        try (Setup m = new Setup(1 << 20)) {
            long program = BASE + 0x8_0000;
            m.write(
                    program,
                    Setup.encode("addi", 10, 8, 0),
                    Setup.encode("addi", 12, 0, 100),
                    Setup.encode("xor", 11, 11, 10),
                    Setup.encode("addiw", 10, 10, 1),
                    Setup.encode("addi", 12, 12, -1),
                    Setup.encode("bne", 12, 0, -12),
                    Setup.encode("csrrs", 6, CsrNumber.MSCRATCH, 0),
                    Setup.encode("addi", 5, 5, -1),
                    Setup.encode("bne", 5, 0, -32),
                    Setup.encode("wfi"));
            m.hart.x[5] = 50;
            m.hart.x[8] = 1L << 40;
            m.run(program);
            Map<String, Long> counters = m.engine.counters();
            assertThat(counters.get("unitsReplaced")).isBetween(1L, 3L);
            assertThat(counters.get("units")).isPositive();
            assertThat(counters.get("unitsFailed")).isZero();
            assertThat(counters.get("translatedInstructions")).isBetween(m.hart.instret * 9 / 10, m.hart.instret);
        }
    }

    /** Its accesses are looked up together; where that is seldom in vain the interpreter does them. */
    @Test
    void whatOftenAccessesTheEndOfAPageIsMadeAnewOnce() {
        try (Setup m = new Setup(1 << 20)) {
            m.protect();
            long inside = BASE + 0x9_0100;
            long across = BASE + 0xa_0000 - 12;
            m.addUp(inside, 100);
            m.addUp(across, 1000);
            m.addUp(inside, 100);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 0L);
            m.addUp(across, 3500);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 1L);
            long translated = m.engine.counters().get("translatedInstructions");
            m.addUp(across, 1000);
            // Not the first, which finds no page in the TLB. The last of five waits.
            assertThat(m.engine.counters().get("translatedInstructions") - translated)
                    .isBetween(3990L, 4000L);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 1L).containsEntry("unitsFailed", 0L);
        }
    }

    /** Units are made for accesses that go to RAM without a look at a TLB if such were met. */
    @Test
    void whatIsMetWithProtectionAfterwardsIsMadeAnewOnce() {
        try (Setup m = new Setup(1 << 20)) {
            m.addUp(BASE + 0x9_0100, 100);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 0L);
            m.protect();
            m.addUp(BASE + 0x9_0100, 3900);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 0L);
            m.addUp(BASE + 0x9_0100, 200);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 1L);
            m.expectTranslated(BASE + 0x9_0100);
        }
    }

    /** One look says whether a page and the next one may be stored to. */
    @Test
    void whatStoresBesideCodeIsMadeAnewOnce() {
        try (Setup m = new Setup(1 << 20)) {
            long data = FIRST - Ram.PAGE_SIZE;
            m.callAll(1);
            m.addUp(data, 3900);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 0L);
            m.addUp(data, 200);
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 1L);
            m.expectTranslated(data);
        }
    }

    /** Nothing is gained by making a unit anew that goes through memory for the first time. */
    @Test
    void whatStoresToNewPagesIsNotMadeAnew() {
        try (Setup m = new Setup(1 << 20)) {
            for (int round = 0; round < 100; round++) {
                m.hart.mmu.forgetStores();
                for (long page = BASE + 0x9_0000; page < BASE + 0x10_0000; page += Ram.PAGE_SIZE) {
                    m.addUp(page, 1);
                }
            }
            assertThat(m.engine.counters()).containsEntry("unitsReplaced", 0L);
            m.expectTranslated(BASE + 0x9_0000);
        }
    }

    /** A loop becomes hot before the function around it, which then runs into its translation from above, time and again. */
    @Test
    void whatRunsIntoATranslatedLoopIsFoundToBeHot() {
        try (Setup m = new Setup(new JitSettings(4, false, 200, 1 << 20))) {
            int[] function = new int[44];
            Arrays.fill(function, Setup.encode("addi", 11, 11, 1));
            function[40] = Setup.encode("addi", 12, 0, 200);
            function[41] = Setup.encode("addi", 12, 12, -1);
            function[42] = Setup.encode("bne", 12, 0, -4);
            function[43] = Setup.encode("jalr", 0, 0, 1);
            m.write(FIRST, function);
            long program = BASE + 0x8_0000;
            m.write(
                    program,
                    Setup.encode("jalr", 1, 0, 8),
                    Setup.encode("addi", 5, 5, -1),
                    Setup.encode("bne", 5, 0, -8),
                    Setup.encode("wfi"));
            m.hart.x[5] = 50_000;
            m.hart.x[8] = FIRST;
            m.run(program, 50_000_000);
            assertThat(m.engine.counters().get("translatedInstructions"))
                    .isBetween(m.hart.instret * 95 / 100, m.hart.instret);
        }
    }

    /** HotSpot would compile a large loop once more with the function around it, which is hot next; a small one is compiled sooner by itself. */
    @Test
    void aLargeLoopIsTranslatedWithWhatComesBeforeIt() {
        int before = 10;
        for (int size : new int[] {50, 5}) {
            try (Setup m = new Setup(new JitSettings(4, false, 200, 1 << 20))) {
                int[] function = new int[before + size + 3];
                Arrays.fill(function, Setup.encode("addi", 11, 11, 1));
                function[before - 1] = Setup.encode("addi", 12, 0, 2000);
                function[before + size] = Setup.encode("addi", 12, 12, -1);
                function[before + size + 1] = Setup.encode("bne", 12, 0, -4 * (size + 1));
                function[before + size + 2] = Setup.encode("wfi");
                long program = BASE + 0x8_0000;
                long loop = program + 4 * before;
                m.write(program, function);
                for (int i = 0; i < 50; i++) {
                    m.run(program, 100_000_000);
                }
                assertThat(m.engine.status(loop).entry()).hasValue(size == 5 ? loop : program);
                if (size == 50) {
                    assertThat(m.engine.counters()).containsEntry("unitsMade", 1L);
                }
            }
        }
    }

    @Test
    void closingTheEngineInvalidatesNothing() {
        Told told = new Told();
        try (Setup m = new Setup(1 << 20)) {
            m.hart.setObserver(told);
            m.callAll(2);
        }
        assertThat(told.translated).isPositive();
        assertThat(told.invalidated).isEmpty();
    }

    /** A hart, RAM and an engine that translates everything at once. */
    private static final class Setup implements AutoCloseable {
        final Ram ram;
        final Hart hart;
        final JitEngine engine;

        Setup(long budget) {
            this(new JitSettings(1, false, 200, budget));
        }

        Setup(JitSettings settings) {
            try {
                ram = Ram.allocate(BASE, 1 << 20);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Bus bus = new Bus(ram);
            hart = new Hart(0, new Mmu(bus, 0), new TimeCounter(new WallClock(), new BoundaryQueue()));
            hart.reset(BASE);
            engine = new JitEngine(bus, Extensions.RV64, settings);
            for (int i = 0; i < FUNCTIONS; i++) {
                write(FIRST + (long) i * Ram.PAGE_SIZE, encode("addi", 11, 11, i + 1), encode("jalr", 0, 0, 1));
            }
            write(
                    PROGRAM,
                    encode("addi", 10, 8, 0),
                    encode("addi", 12, 0, FUNCTIONS),
                    encode("jalr", 1, 0, 10),
                    encode("add", 10, 10, 9),
                    encode("addi", 12, 12, -1),
                    encode("bne", 12, 0, -12),
                    encode("addi", 5, 5, -1),
                    encode("bne", 5, 0, -28),
                    encode("wfi"));
            write(
                    ADDING,
                    encode("ld", 11, 0, 10),
                    encode("ld", 12, 8, 10),
                    encode("add", 13, 11, 12),
                    encode("sd", 13, 16, 10),
                    encode("wfi"));
        }

        static int encode(String mnemonic, long... operands) {
            return Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands);
        }

        /** Writes instructions as a device would. */
        void write(long address, int... instructions) {
            for (int i = 0; i < instructions.length; i++) {
                long offset = address - BASE + i * 4L;
                ram.segment().set(ValueLayout.JAVA_INT_UNALIGNED, offset, instructions[i]);
                ram.written(offset, 4);
            }
        }

        /** Calls each function, one page after the other, so many times. Returns their sum. */
        long callAll(int rounds) {
            hart.x[5] = rounds;
            hart.x[8] = FIRST;
            hart.x[9] = 4096;
            hart.x[11] = 0;
            run(PROGRAM);
            return hart.x[11];
        }

        /** So many times, has {@link #ADDING} add the doubleword at an address and the next one, and looks whether their sum comes behind them. */
        void addUp(long at, int times) {
            for (int i = 0; i < times; i++) {
                hart.x[10] = at;
                put(at, 1000L * i);
                put(at + 8, 3L << 40 | i);
                put(at + 16, 0);
                long retired = hart.instret;
                run(ADDING);
                assertThat(get(at + 16)).isEqualTo((3L << 40) + 1001L * i);
                assertThat(hart.x[13]).isEqualTo((3L << 40) + 1001L * i);
                assertThat(hart.instret - retired).isEqualTo(5);
            }
        }

        /** Has accesses go by the TLBs: PMP allows everything, but not in one entry. */
        void protect() {
            Pmp pmp = hart.mmu.pmp();
            pmp.setAddress(0, BASE >> 2 | (1 << 16) - 1);
            pmp.setConfig(0, Pmp.L | Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R | Pmp.W | Pmp.X);
            hart.mmu.protectionChanged();
            assertThat(hart.mmu.isBare()).isFalse();
        }

        /** Adds up a hundred times, and looks whether units did it; the last of the five instructions waits. */
        void expectTranslated(long at) {
            addUp(at, 1);
            long translated = engine.counters().get("translatedInstructions");
            addUp(at, 100);
            assertThat(engine.counters().get("translatedInstructions") - translated)
                    .isBetween(400L, 500L);
        }

        private void put(long address, long value) {
            ram.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, address - BASE, value);
        }

        private long get(long address) {
            return ram.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, address - BASE);
        }

        /** Runs from there until the hart waits. */
        void run(long program) {
            run(program, 1_000_000);
        }

        /** The same, within so many instructions. */
        void run(long program, long limit) {
            hart.pc = program;
            while (engine.run(hart, 10_000) != ExecutionEngine.Stop.WAIT) {
                assertThat(hart.instret).isLessThan(limit);
            }
        }

        @Override
        public void close() {
            engine.close();
            ram.close();
        }
    }
}
