package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.END;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.ObjLongConsumer;

/**
 * Loops that do nothing but copy memory or fill it, of which engines may do many rounds at once: memory, registers and the count of instructions are what
 * they are when each load and store is done by itself.
 */
class BulkLoopTest {
    /** Five pages, full of noise. */
    private static final long DATA = BASE + 0x2_0000;

    private static final int DATA_SIZE = 5 * 4096;
    private static final int TEMPORARY = 5;
    private static final int TO = 10;
    private static final int FROM = 11;
    private static final int LAST = 12;
    private static final int FILLER = 13;
    private static final int COUNT = 14;

    /**
     * A loop.
     *
     * @param size bytes of a load and a store
     * @param each how many are loaded, then stored, in a round
     * @param copies whether it loads, and does not store {@link #FILLER}
     * @param instructions of a round
     * @param code adds it at the place where it begins
     */
    private record Shape(int size, int each, boolean copies, int instructions, ObjLongConsumer<BareMachine> code) {
        int stride() {
            return size * each;
        }
    }

    private static final Shape DOUBLEWORDS = new Shape(8, 1, true, 5, (m, loop) -> {
        m.add("ld", TEMPORARY, 0, FROM)
                .add("addi", TO, TO, 8)
                .add("sd", TEMPORARY, -8, TO)
                .add("addi", FROM, FROM, 8);
        m.add("bne", TO, LAST, loop - m.here());
    });

    private static final Shape WORDS = new Shape(4, 6, true, 15, (m, loop) -> {
        for (int i = 0; i < 6; i++) {
            m.add("lw", TEMPORARY + 20 + i, 4 * i, FROM);
        }
        m.add("addi", FROM, FROM, 24);
        for (int i = 5; i >= 0; i--) {
            m.add("sw", TEMPORARY + 20 + i, 4 * i, TO);
        }
        m.add("addi", TO, TO, 24).add("bltu", TO, LAST, loop - m.here());
    });

    private static final Shape BYTES = new Shape(1, 1, true, 6, (m, loop) -> {
        m.add("lbu", TEMPORARY, 0, FROM)
                .add("sb", TEMPORARY, 0, TO)
                .add("addi", FROM, FROM, 1)
                .add("addi", TO, TO, 1);
        m.add("addi", COUNT, COUNT, -1).add("bne", COUNT, 0, loop - m.here());
    });

    private static final Shape CLEAR = new Shape(8, 2, false, 4, (m, loop) -> {
        m.add("sd", 0, 0, TO).add("sd", 0, 8, TO).add("addi", TO, TO, 16).add("blt", TO, LAST, loop - m.here());
    });

    private static final Shape FILL = new Shape(2, 1, false, 4, (m, loop) -> {
        m.add("sh", FILLER, 0, TO).add("addi", TO, TO, 2).add("addi", COUNT, COUNT, -1);
        m.add("bge", COUNT, 31, loop - m.here());
    });

    @EveryEngine
    void memoryIsCopied(TestEngine engine) {
        for (Shape shape : new Shape[] {DOUBLEWORDS, WORDS, BYTES}) {
            check(engine, shape, 0, 0x2000, 1, 0);
            check(engine, shape, 0, 0x2000, 3, 0);
            check(engine, shape, 0x100, 0x2000, 0x800 / shape.size(), 0);
            check(engine, shape, 0x2028, 0x7f8, 0x17f8 / shape.stride(), 0);
            check(engine, shape, 0xf0, 0x2ff0, 1000 / shape.each(), 0);
            // Not where a load or store of that size is usually done.
            check(engine, shape, 0x101, 0x2000, 400 / shape.each(), 0);
            check(engine, shape, 0x100, 0x2e03, 400 / shape.each(), 0);
        }
    }

    @EveryEngine
    void whatOverlapsIsCopiedInTheOrderOfTheRounds(TestEngine engine) {
        for (Shape shape : new Shape[] {DOUBLEWORDS, WORDS, BYTES}) {
            for (int distance : new int[] {-4096, -504, -8, 0, 8, 16, 504, 4096}) {
                check(engine, shape, 0x1018, 0x1018 + distance, 0x1400 / shape.stride(), 0);
            }
        }
    }

    @EveryEngine
    void memoryIsFilled(TestEngine engine) {
        for (int to : new int[] {0, 0xff0, 0x1108, 0x110b}) {
            check(engine, CLEAR, 0, to, 300, 0);
            check(engine, CLEAR, 0, to, 2, 0);
            check(engine, FILL, 0, to, 700, 0x1234_5a5a);
            check(engine, FILL, 0, to, 700, 0x5a5b);
        }
    }

    /** Runs a loop, twice, the second time with all that has been found out in the first; and does the same here. */
    private static void check(TestEngine engine, Shape shape, int from, int to, int rounds, long filler) {
        try (BareMachine m = new BareMachine(engine)) {
            shape.code().accept(m, m.here());
            m.stop();
            byte[] expected = new byte[DATA_SIZE];
            new Random(from + to).nextBytes(expected);
            MemorySegment data = m.ram.segment().asSlice(DATA - BASE, DATA_SIZE);
            data.copyFrom(MemorySegment.ofArray(expected));
            for (int page = 0; page < DATA_SIZE; page += 4096) {
                m.ram.written(DATA - BASE + page, 4096);
            }
            for (int time = 0; time < 2; time++) {
                start(m, shape, DATA + from, DATA + to, rounds);
                m.hart.x[FILLER] = filler;
                long before = m.hart.instret;
                m.run();
                assertThat(m.hart.instret - before).isEqualTo((long) rounds * shape.instructions());
                long loaded = expect(expected, shape, from, to, rounds, filler);
                assertThat(data.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
                assertThat(m.hart.x[TO]).isEqualTo(DATA + to + (long) rounds * shape.stride());
                if (shape.copies()) {
                    assertThat(m.hart.x[FROM]).isEqualTo(DATA + from + (long) rounds * shape.stride());
                    assertThat(m.hart.x[TEMPORARY + (shape == WORDS ? 25 : 0)]).isEqualTo(loaded);
                }
            }
        }
    }

    /** Has a loop begin with its first instruction. */
    private static void start(BareMachine m, Shape shape, long from, long to, long rounds) {
        m.hart.pc = BASE;
        m.hart.x[FROM] = from;
        m.hart.x[TO] = to;
        m.hart.x[LAST] = to + rounds * shape.stride();
        m.hart.x[COUNT] = rounds;
        m.hart.x[31] = 1;
    }

    /** What a loop makes of memory; the last value that it loads. */
    private static long expect(byte[] memory, Shape shape, int from, int to, int rounds, long filler) {
        long loaded = 0;
        byte[] round = new byte[shape.stride()];
        for (int done = 0; done < rounds * shape.stride(); done += shape.stride()) {
            for (int i = 0; i < round.length; i++) {
                round[i] = shape.copies() ? memory[from + done + i] : (byte) (filler >>> 8 * (i % shape.size()));
            }
            System.arraycopy(round, 0, memory, to + done, round.length);
            loaded = 0;
            for (int i = round.length - 1; i >= round.length - shape.size(); i--) {
                loaded = loaded << 8 | round[i] & 0xff;
            }
        }
        return shape == WORDS ? (int) loaded : loaded;
    }

    @EveryEngine
    void aLoadBehindTheEndOfRamTrapsThere(TestEngine engine) {
        trap(engine, END - 0x1408, DATA, 0x1408, Cause.LOAD_ACCESS, END);
    }

    @EveryEngine
    void aStoreBehindTheEndOfRamTrapsThere(TestEngine engine) {
        trap(engine, DATA, END - 0x1408, 0x1408, Cause.STORE_ACCESS, END);
    }

    /** Copies beyond the end of RAM; so many bytes have been copied then. */
    private static void trap(TestEngine engine, long from, long to, int bytes, int cause, long at) {
        try (BareMachine m = new BareMachine(engine)) {
            DOUBLEWORDS.code().accept(m, m.here());
            m.stop();
            for (int i = 0; i < bytes; i += 8) {
                m.pokeLong(from + i, i + 1);
            }
            start(m, DOUBLEWORDS, from, to, 4096);
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(cause);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(at);
            for (int i = 0; i < bytes; i += 8) {
                assertThat(m.peekLong(to + i)).isEqualTo(i + 1);
            }
            boolean loads = cause == Cause.LOAD_ACCESS;
            assertThat(m.hart.csrs.mepc.value).isEqualTo(BASE + (loads ? 0 : 8));
            assertThat(m.hart.x[FROM]).isEqualTo(from + bytes);
            assertThat(m.hart.x[TO]).isEqualTo(to + bytes + (loads ? 0 : 8));
            assertThat(m.hart.instret).isEqualTo(bytes / 8 * 5 + (loads ? 0 : 2));
        }
    }

    /** A function is copied over another one that has run. */
    @EveryEngine
    void codeThatIsCopiedRuns(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long function = BASE + 0x4000;
            m.org(function).add("addi", 9, 9, 1).add("jalr", 0, 0, 1);
            m.org(function + 0x1000).add("addi", 9, 9, 1000).add("jalr", 0, 0, 1);
            m.org(BASE);
            m.add("jal", 1, function - m.here()).add("jal", 1, function - m.here());
            DOUBLEWORDS.code().accept(m, m.here());
            m.add("jal", 1, function - m.here()).stop();
            start(m, DOUBLEWORDS, function + 0x1000 - 0x400, function - 0x400, 0x100);
            m.run();
            assertThat(m.hart.x[9]).isEqualTo(1002);
        }
    }

    /** Two pages in a row are the same page of RAM: what is copied to the first has been copied to the second. */
    @EveryEngine
    void pagesMayBeTheSame(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            PagedMemory memory = new PagedMemory(m, BASE + 0x8_0000);
            memory.map(0, BASE);
            memory.map(0x1_0000, DATA);
            memory.map(0x1_1000, DATA + 0x1000);
            memory.map(0x1_2000, DATA);
            memory.map(0x1_3000, DATA + 0x1000);
            m.hart.csrs.medeleg.value = 0;
            DOUBLEWORDS.code().accept(m, m.here());
            m.stop();
            for (int i = 0; i < 0x2000; i += 8) {
                m.pokeLong(DATA + i, i);
            }
            for (int time = 0; time < 2; time++) {
                start(m, DOUBLEWORDS, 0x1_0000, 0x1_2800, 0x100);
                m.hart.pc = 0;
                m.hart.setPrivilege(Privilege.SUPERVISOR);
                m.run();
                for (int i = 0; i < 0x800; i += 8) {
                    assertThat(m.peekLong(DATA + 0x800 + i)).isEqualTo(i);
                }
            }
            start(m, DOUBLEWORDS, 0x1_0000, 0x1_2008, 0x1f0);
            m.hart.pc = 0;
            m.hart.setPrivilege(Privilege.SUPERVISOR);
            m.run();
            assertThat(m.peekLong(DATA + 0xf80)).isZero();
        }
    }
}
