package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.memory.Ram;
import dev.ravel.virtio.DiskTransfer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Timeout;

/** Code that is written, moved or mapped anew is run as it is now, never as it was. */
class ChangingCodeTest {
    private static final long TABLES = BASE + 0x2_0000;

    @EveryEngine
    void seesItsOwnStoreToTheNextInstruction(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 12, 0, 3);
            long loop = m.here();
            m.add("sw", 11, 0, 10);
            m.hart.x[10] = m.here();
            m.hart.x[11] = encode("addi", 5, 5, 100);
            m.add("addi", 5, 5, 1)
                    .add("addi", 12, 12, -1)
                    .add("bne", 12, 0, loop - m.here())
                    .stop();
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(300);
        }
    }

    @EveryEngine
    void seesCodeWrittenOverAfterFenceI(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long function = BASE + 0x3000;
            m.hart.x[10] = function;
            m.hart.x[11] = encode("addi", 5, 5, 1);
            m.hart.x[12] = 1 << 20;
            m.add("addi", 13, 0, 50);
            long loop = m.here();
            m.add("jalr", 1, 0, 10).add("add", 11, 11, 12).add("sw", 11, 0, 10).add("fence.i");
            m.add("addi", 13, 13, -1).add("bne", 13, 0, loop - m.here()).stop();
            m.org(function).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(50 * 51 / 2);
        }
    }

    @EveryEngine
    void callsTheFunctionOfTheSamePageThatIsThereNow(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long function = BASE + 0x400;
            m.hart.x[10] = function;
            m.hart.x[11] = encode("addi", 5, 5, 1);
            m.hart.x[12] = 1 << 20;
            // 40 calls of the function as it is, then one more is added to what it adds.
            m.add("addi", 14, 0, 20);
            long outer = m.here();
            m.add("addi", 13, 0, 40);
            long inner = m.here();
            m.add("jal", 1, function - m.here()).add("addi", 13, 13, -1).add("bne", 13, 0, inner - m.here());
            m.add("add", 11, 11, 12).add("sw", 11, 0, 10).add("fence.i");
            m.add("addi", 14, 14, -1).add("bne", 14, 0, outer - m.here()).stop();
            m.org(function).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(40 * (20 * 21 / 2));
        }
    }

    @EveryEngine
    void keepsRunningCodeBesideDataThatItWrites(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long data = BASE + 0x800;
            m.hart.x[10] = data;
            m.add("addi", 5, 0, 500);
            long loop = m.here();
            m.add("ld", 6, 0, 10).add("addi", 6, 6, 1).add("sd", 6, 0, 10).add("addi", 5, 5, -1);
            m.add("bne", 5, 0, loop - m.here()).stop();
            m.run();
            assertThat(m.peekLong(data)).isEqualTo(500);
        }
    }

    /** Data before code and behind it: stores that lie across the end of a page change its last instruction and its first. */
    @EveryEngine
    void seesAStoreFromThePageOfDataBesideIt(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long code = BASE + 0x1_0000;
            long last = code + Ram.PAGE_SIZE - 4;
            m.org(code).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.org(last).add("jalr", 0, 0, 1);
            long program = BASE + 0x2_0000;
            m.org(program);
            // Both pages of data become known before there is code to be seen between them.
            m.add("sd", 0, -16, 10).add("sd", 0, 16, 11);
            long loop = m.here();
            m.add("jalr", 1, 0, 10).add("jalr", 1, -4, 11).add("sd", 0, -16, 10).add("sd", 0, 16, 11);
            m.add("addi", 12, 12, -1).add("bne", 12, 0, loop - m.here());
            m.add("sd", 13, -4, 10).add("fence.i").add("jalr", 1, 0, 10).add("jalr", 1, -4, 11);
            m.add("sd", 14, -4, 11).add("fence.i").add("jalr", 1, 0, 10).add("jalr", 1, -4, 11);
            m.hart.x[10] = code;
            m.hart.x[11] = code + Ram.PAGE_SIZE;
            m.hart.x[12] = 200;
            m.hart.x[13] = (long) encode("addi", 5, 5, 256) << 32;
            // Behind it are zeros, which are no instruction.
            m.hart.x[14] = encode("addi", 5, 5, 1024) & 0xffff_ffffL;
            m.hart.pc = program;
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(200 + 256 + 256 + 1024);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(code + Ram.PAGE_SIZE);
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.ILLEGAL_INSTRUCTION);
        }
    }

    @EveryEngine
    void seesCodeThatADeviceWrote(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.add("addi", 5, 0, 1).stop();
            m.run();
            m.poke(BASE, encode("addi", 5, 0, 2));
            m.hart.pc = BASE;
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(2);
        }
    }

    @EveryEngine
    void seesCodeThatADiskRead(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long program = BASE + 0x1_0000;
            m.org(program).add("addi", 5, 0, 1).stop();
            m.hart.pc = program;
            m.run();
            ByteBuffer sector = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            DiskTransfer.read(
                    m.ram, program, sector.putInt(encode("addi", 5, 0, 2)).array());
            m.hart.pc = program;
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(2);
        }
    }

    @EveryEngine
    void seesAWriteThroughAnotherMapping(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            PagedMemory paged = new PagedMemory(m, TABLES);
            paged.map(0x1000, BASE + 0x3000);
            paged.map(0x2000, BASE + 0x3000);
            paged.map(0x5000, BASE);
            m.org(BASE + 0x3000).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.hart.x[10] = 0x1000;
            m.hart.x[11] = 0x2000;
            m.hart.x[12] = encode("addi", 5, 5, 100);
            m.org(BASE)
                    .add("sw", 0, 8, 11)
                    .add("jalr", 1, 0, 10)
                    .add("sw", 12, 0, 11)
                    .add("fence.i")
                    .add("jalr", 1, 0, 10)
                    .stop();
            m.hart.pc = 0x5000;
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(101);
        }
    }

    @EveryEngine
    void seesAWriteToCodeThatHasNotRunYetThoughItsBeginningHas(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            int rounds = 5;
            long function = BASE + 0x1_1000;
            long page = 0x1000;
            int length = 60;
            // Each round has a page of its own: half of the function runs, the other half is written, all of it runs.
            m.org(BASE + 0x1_0000);
            long loop = m.here();
            m.add("addi", 11, 0, 1).add("jalr", 1, 0, 10).add("sw", 12, 4 + 4 * length, 10);
            m.add("fence.i").add("addi", 11, 0, 0).add("jalr", 1, 0, 10).add("add", 10, 10, 14);
            m.add("addi", 15, 15, -1).add("bne", 15, 0, loop - m.here()).stop();
            for (int round = 0; round < rounds; round++) {
                m.org(function + round * page).add("bne", 11, 0, 8 + 4 * length);
                for (int i = 0; i <= length; i++) {
                    m.add("addi", 5, 5, 1);
                }
                m.add("jalr", 0, 0, 1);
            }
            m.hart.x[10] = function;
            m.hart.x[12] = encode("addi", 5, 5, 1001);
            m.hart.x[14] = page;
            m.hart.x[15] = rounds;
            m.hart.pc = BASE + 0x1_0000;
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(rounds * (length + 1001L));
        }
    }

    @EveryEngine
    void seesAnAtomicWriteToCode(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            m.hart.x[11] = encode("addi", 5, 0, 2);
            m.hart.x[10] = BASE + 8;
            m.add("addi", 12, 0, 2)
                    .add("amoswap.w", 0, 11, 10)
                    .add("addi", 5, 0, 1)
                    .stop();
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(2);
        }
    }

    @EveryEngine
    void runsAnInstructionAcrossTwoPagesAndSeesEitherHalfChange(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            long across = BASE + 0x1ffe;
            for (int round = 0; round < 3; round++) {
                m.org(across).add("addi", 5, 0, 0x100 * (round + 1)).stop();
                m.hart.pc = across;
                m.run();
                assertThat(m.hart.x[5]).isEqualTo(0x100 * (round + 1));
            }
            m.org(across).add("lui", 5, 0x5000);
            m.hart.pc = across;
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(0x5000);
        }
    }

    @EveryEngine
    void faultsInTheSecondHalfOfAnInstructionAcrossPages(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            PagedMemory paged = new PagedMemory(m, TABLES);
            // Virtual page 1 is mapped, page 2 is not.
            paged.map(0x1000, BASE + 0x3000);
            m.org(BASE + 0x3ffc).half(encode("c.nop")).half(encode("addi", 5, 0, 1));
            m.hart.pc = 0x1ffc;
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.FETCH_PAGE_FAULT);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(0x1ffe);
            assertThat(m.hart.csrs.mtval.value).isEqualTo(0x2000);
        }
    }

    @EveryEngine
    void runsThePageThatIsMappedNow(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            PagedMemory paged = new PagedMemory(m, TABLES);
            long one = BASE + 0x3000;
            long two = BASE + 0x4000;
            m.org(one).add("addi", 5, 5, 1).add("jalr", 0, 0, 1);
            m.org(two).add("addi", 5, 5, 100).add("jalr", 0, 0, 1);
            paged.map(0x1000, one);
            paged.map(0x5000, BASE);
            paged.map(0x6000, TABLES + 0x2000);
            m.hart.x[10] = 0x1000;
            // The page table entry of virtual page 1, and its two values.
            m.hart.x[11] = 0x6000 + 8;
            m.hart.x[12] = PagedMemory.entry(two);
            m.org(BASE).add("jalr", 1, 0, 10).add("jalr", 1, 0, 10).add("sd", 12, 0, 11);
            m.add("sfence.vma", 0, 0).add("jalr", 1, 0, 10).stop();
            m.hart.pc = 0x5000;
            m.run();
            assertThat(m.hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
            assertThat(m.hart.x[5]).isEqualTo(102);
        }
    }

    @EveryEngine
    void runsAPageAtEveryAddressThatItIsMappedTo(TestEngine engine) {
        try (BareMachine m = new BareMachine(engine)) {
            PagedMemory paged = new PagedMemory(m, TABLES);
            m.org(BASE + 0x3000)
                    .add("auipc", 5, 0)
                    .add("jal", 6, 4)
                    .add("add", 7, 7, 5)
                    .add("jalr", 0, 0, 1);
            paged.map(0x1000, BASE + 0x3000);
            paged.map(0x2000, BASE + 0x3000);
            paged.map(0x5000, BASE);
            m.hart.x[10] = 0x1000;
            m.hart.x[11] = 0x2000;
            m.org(BASE)
                    .add("jalr", 1, 0, 10)
                    .add("jalr", 1, 0, 11)
                    .add("jalr", 1, 0, 10)
                    .stop();
            m.hart.pc = 0x5000;
            m.run();
            assertThat(m.hart.x[7]).isEqualTo(0x1000 + 0x2000 + 0x1000);
            assertThat(m.hart.x[6]).isEqualTo(0x1008);
        }
    }

    @EveryEngine(harts = 2)
    @Timeout(30)
    void addsAtomicallyOnTwoHarts(TestEngine engine) throws InterruptedException {
        try (BareMachine m = new BareMachine(engine, 2)) {
            long data = BASE + 0x4000;
            m.add("addi", 5, 0, 2000).add("addi", 6, 0, 1);
            long loop = m.here();
            m.add("amoadd.d", 0, 6, 10);
            long retry = m.here();
            m.add("lr.w", 7, 11).add("addi", 7, 7, 1).add("sc.w", 8, 7, 11).add("bne", 8, 0, retry - m.here());
            m.add("amoadd.b", 0, 6, 12)
                    .add("addi", 5, 5, -1)
                    .add("bne", 5, 0, loop - m.here())
                    .stop();
            for (Hart hart : m.harts) {
                hart.x[10] = data;
                hart.x[11] = data + 8;
                hart.x[12] = data + 12 + hart.id();
            }
            onThreads(m);
            assertThat(m.peekLong(data)).isEqualTo(4000);
            assertThat(m.peekLong(data + 8)).isEqualTo(4000 | (2000L & 0xff) << 32 | (2000L & 0xff) << 40);
        }
    }

    @EveryEngine(harts = 2)
    @Timeout(30)
    void seesCodeThatAnotherHartWroteAfterFenceI(TestEngine engine) throws InterruptedException {
        try (BareMachine m = new BareMachine(engine, 2)) {
            long function = BASE + 0x3000;
            long flag = BASE + 0x4000;
            int rounds = 100;
            // The writer: next instruction, then the round's number to the flag; waits until the reader clears it.
            long writer = m.here();
            m.add("addi", 5, 0, rounds);
            long write = m.here();
            m.add("add", 11, 11, 12).add("sw", 11, 0, 10).add("fence", 3, 3).add("sd", 5, 0, 13);
            long wait = m.here();
            m.add("ld", 6, 0, 13).add("bne", 6, 0, wait - m.here());
            m.add("addi", 5, 5, -1).add("bne", 5, 0, write - m.here()).stop();
            // The reader: waits for the flag, runs the function, clears the flag.
            long reader = m.here();
            m.add("addi", 5, 0, rounds);
            long await = m.here();
            m.add("ld", 6, 0, 13)
                    .add("beq", 6, 0, await - m.here())
                    .add("fence.i")
                    .add("jalr", 1, 0, 10);
            m.add("fence", 3, 3)
                    .add("sd", 0, 0, 13)
                    .add("addi", 5, 5, -1)
                    .add("bne", 5, 0, await - m.here())
                    .stop();
            m.org(function).add("addi", 7, 7, 0).add("jalr", 0, 0, 1);
            for (Hart hart : m.harts) {
                hart.x[10] = function;
                hart.x[11] = encode("addi", 7, 7, 0);
                hart.x[12] = 1 << 20;
                hart.x[13] = flag;
                hart.pc = hart.id() == 0 ? writer : reader;
            }
            onThreads(m);
            assertThat(m.harts.get(1).x[7]).isEqualTo(rounds * (rounds + 1) / 2);
        }
    }

    private static void onThreads(BareMachine m) throws InterruptedException {
        Thread other = Thread.ofPlatform().start(() -> m.run(m.harts.get(1)));
        m.run(m.harts.get(0));
        other.join();
    }
}
