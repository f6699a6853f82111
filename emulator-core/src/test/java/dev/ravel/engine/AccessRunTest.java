package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.END;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Cause;

/**
 * Loads and stores in a row around one register, which engines may take together: all must be as if each were alone. Each piece of
 * code runs several times, for the first time finds no page in the TLB.
 */
class AccessRunTest {
    private static final long DATA = BASE + 0x4000;
    private static final int ROUNDS = 3;

    @EveryEngine
    void aFunctionSavesAndRestoresMoreRegistersThanFitTogether(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[2] = DATA;
            m.hart.x[31] = ROUNDS;
            for (int r = 5; r < 25; r++) {
                m.hart.x[r] = 1000 + r;
            }
            long loop = m.here();
            for (int r = 5; r < 25; r++) {
                m.add("sd", r, 8 * (30 - r), 2);
            }
            for (int r = 5; r < 25; r++) {
                m.add("addi", r, 0, 0);
            }
            for (int r = 5; r < 25; r++) {
                m.add("ld", r, 8 * (30 - r), 2);
            }
            m.add("addi", 31, 31, -1).add("bne", 31, 0, loop - m.here()).stop();
            m.run();
            for (int r = 5; r < 25; r++) {
                assertThat(m.hart.x[r]).isEqualTo(1000 + r);
                assertThat(m.peekLong(DATA + 8 * (30 - r))).isEqualTo(1000 + r);
            }
            assertThat(m.hart.instret).isEqualTo(ROUNDS * 62L);
        }
    }

    @EveryEngine
    void aLoadOfTheBaseGivesTheNextLoadsAnotherBase(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.pokeLong(DATA, DATA + 0x100);
            m.pokeLong(DATA + 8, 1);
            m.pokeLong(DATA + 0x100, DATA + 0x200);
            m.pokeLong(DATA + 0x108, 2);
            m.pokeLong(DATA + 0x208, 3);
            m.hart.x[31] = ROUNDS;
            m.hart.x[11] = DATA;
            long loop = m.here();
            m.add("addi", 10, 11, 0);
            m.add("ld", 5, 8, 10).add("ld", 10, 0, 10).add("ld", 6, 8, 10).add("ld", 10, 0, 10);
            m.add("ld", 7, 8, 10).add("ld", 0, 8, 10);
            m.add("addi", 31, 31, -1).add("bne", 31, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(1);
            assertThat(m.hart.x[6]).isEqualTo(2);
            assertThat(m.hart.x[7]).isEqualTo(3);
            assertThat(m.hart.x[10]).isEqualTo(DATA + 0x200);
            assertThat(m.hart.x[0]).isZero();
        }
    }

    @EveryEngine
    void storesThatOverlapAreDoneInTheirOrder(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[31] = ROUNDS;
            m.hart.x[10] = DATA;
            m.hart.x[5] = 0x1111_1111_1111_1111L;
            m.hart.x[6] = 0x2222_2222_2222_2222L;
            long loop = m.here();
            m.add("sd", 5, 8, 10).add("sd", 6, 4, 10).add("sd", 5, 0, 10).add("sd", 6, 0, 10);
            m.add("ld", 7, 0, 10).add("ld", 8, 4, 10).add("ld", 9, 8, 10);
            m.add("addi", 31, 31, -1).add("bne", 31, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.hart.x[7]).isEqualTo(0x2222_2222_2222_2222L);
            assertThat(m.hart.x[8]).isEqualTo(0x2222_2222_2222_2222L);
            assertThat(m.hart.x[9]).isEqualTo(0x1111_1111_2222_2222L);
        }
    }

    @EveryEngine
    void theOneThatFaultsIsReportedAndThoseBeforeItAreDone(TestEngine engine) {
        for (String mnemonic : new String[] {"ld", "sd"}) {
            try (BareMachine m = new BareMachine(engine)) {
                m.hart.x[31] = ROUNDS;
                m.hart.x[10] = END - 0x800;
                m.hart.x[11] = 0x7f0;
                m.hart.x[5] = 55;
                m.hart.x[6] = 66;
                m.pokeLong(END - 16, 55);
                m.pokeLong(END - 8, 66);
                long loop = m.here();
                long first = loop;
                m.add(mnemonic, 5, 0, 10).add(mnemonic, 6, 8, 10).add(mnemonic, 7, 16, 10);
                m.add("addi", 31, 31, -1).add("bne", 31, 0, loop - m.here());
                // Now the third of them is behind the end of RAM.
                m.add("add", 10, 10, 11).add("jal", 0, loop - m.here()).stop();
                m.run();
                assertThat(m.hart.csrs.mcause.value)
                        .isEqualTo(mnemonic.equals("ld") ? Cause.LOAD_ACCESS : Cause.STORE_ACCESS);
                assertThat(m.hart.csrs.mepc.value).isEqualTo(first + 8);
                assertThat(m.hart.csrs.mtval.value).isEqualTo(END);
                assertThat(m.hart.x[5]).isEqualTo(55);
                assertThat(m.hart.x[6]).isEqualTo(66);
                assertThat(m.peekLong(END - 16)).isEqualTo(55);
                assertThat(m.peekLong(END - 8)).isEqualTo(66);
                assertThat(m.hart.instret).isEqualTo(ROUNDS * 5L + 2 + 2);
            }
        }
    }

    @EveryEngine
    void aBudgetThatEndsBetweenThemIsKept(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[10] = DATA;
            for (int i = 0; i < 6; i++) {
                m.pokeLong(DATA + 8 * i, 100 + i);
            }
            long loop = m.here();
            for (int i = 0; i < 6; i++) {
                m.add("ld", 5 + i == 10 ? 20 : 5 + i, 8 * i, 10);
            }
            m.add("jal", 0, loop - m.here());
            m.runOnce(70);
            for (int count = 1; count < 7; count++) {
                for (int r = 5; r < 10; r++) {
                    m.hart.x[r] = 0;
                }
                m.runOnce(count);
                assertThat(m.hart.pc).isEqualTo(BASE + 4L * count);
                for (int r = 5; r < 10; r++) {
                    assertThat(m.hart.x[r]).isEqualTo(r - 5 < count ? 95 + r : 0);
                }
                m.runOnce(7 - count);
                assertThat(m.hart.pc).isEqualTo(BASE);
            }
        }
    }
}
