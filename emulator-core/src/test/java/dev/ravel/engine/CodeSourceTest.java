package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.encode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.interpreter.Interpreter;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.virtio.DiskTransfer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What a translator has read is as it was when the translation is installed, or the translation is not. The translator of
 * these tests reads further than the interpreter has decoded, and installs later.
 */
class CodeSourceTest {
    private static final long PROGRAM = BASE + 0x1_0000;
    private static final long FUNCTION = BASE + 0x1_2000;

    /** Behind the function's return: the interpreter never decodes it, the translator reads it. */
    private static final long BEYOND = FUNCTION + 4;

    /** Not even the translator reads it. */
    private static final long FURTHER = FUNCTION + 8;

    private static final Translation TRANSLATION = new Translation() {};

    private final SlowTranslator translator = new SlowTranslator();

    /** Reads eight bytes from where the function begins, and no more. */
    private static final class SlowTranslator implements Translator {
        Optional<CodeSource> page = Optional.empty();

        @Override
        public int threshold() {
            return 1;
        }

        @Override
        public Executor attach(Hart hart) {
            return (translation, budget) -> Executor.NOTHING;
        }

        @Override
        public void hot(Hart hart, CodeSource source, int offset) {
            if (source.number() == FUNCTION - BASE >> Ram.PAGE_SHIFT && offset == 0 && page.isEmpty()) {
                assertThat(source.isMet(4)).isFalse();
                for (int at = 0; at < 8; at += 2) {
                    source.halfword(at);
                }
                page = Optional.of(source);
            }
        }

        @Override
        public void installed(CodeSource source, int offset, Translation translation) {}

        @Override
        public void removed(CodeSource source, int offset) {}

        @Override
        public void dropped(CodeSource source) {}

        /** Whether what it read may be installed now. */
        boolean install() {
            return page.orElseThrow().install(0, TRANSLATION);
        }
    }

    @Test
    void aTranslationOfWhatNobodyWroteIsInstalled() {
        try (BareMachine _ = called()) {
            assertThat(translator.page.orElseThrow().halfword(4)).isEqualTo(encode("addi", 5, 0, 1) & 0xffff);
            assertThat(translator.install()).isTrue();
        }
    }

    @Test
    void aWriteBesideWhatWasReadDoesNotMatter() {
        try (BareMachine m = called()) {
            storeFrom(m, m.hart, FURTHER);
            assertThat(translator.install()).isTrue();
        }
    }

    @Test
    void aStoreOfTheSameHartIsSeen() {
        try (BareMachine m = called()) {
            storeFrom(m, m.hart, BEYOND);
            assertThat(translator.install()).isFalse();
        }
    }

    @Test
    void aStoreOfOneByteIsSeen() {
        try (BareMachine m = called()) {
            m.org(PROGRAM).add("sb", 11, 0, 10).stop();
            m.hart.pc = PROGRAM;
            m.hart.x[10] = BEYOND + 3;
            m.run();
            assertThat(translator.install()).isFalse();
        }
    }

    @Test
    void anAtomicWriteIsSeen() {
        try (BareMachine m = called()) {
            m.org(PROGRAM).add("amoswap.w", 0, 11, 10).stop();
            m.hart.pc = PROGRAM;
            m.hart.x[10] = BEYOND;
            m.run();
            assertThat(translator.install()).isFalse();
        }
    }

    @Test
    void aStoreOfAnotherHartIsSeenThoughItWroteToThePageBefore() {
        try (BareMachine m = new BareMachine(this::engine, Long.MAX_VALUE, 2)) {
            Hart other = m.harts.get(1);
            // Now the page is in the other hart's store TLB.
            storeFrom(m, other, FURTHER);
            call(m);
            storeFrom(m, other, BEYOND);
            assertThat(translator.install()).isFalse();
        }
    }

    @Test
    void aStoreThroughAnotherMappingIsSeenThoughItWasUsedBefore() {
        try (BareMachine m = new BareMachine(this::engine, Long.MAX_VALUE, 1)) {
            PagedMemory paged = new PagedMemory(m, BASE + 0x2_0000);
            paged.map(0x1000, FUNCTION);
            paged.map(0x2000, FUNCTION);
            paged.map(0x5000, PROGRAM);
            m.org(FUNCTION).add("jalr", 0, 0, 1).add("addi", 5, 0, 1);
            m.org(PROGRAM)
                    .add("sw", 0, 8, 11)
                    .add("jalr", 1, 0, 10)
                    .add("sw", 0, 4, 11)
                    .stop();
            m.hart.x[10] = 0x1000;
            m.hart.x[11] = 0x2000;
            m.hart.pc = 0x5000;
            m.run();
            assertThat(m.peekLong(FUNCTION) >>> 32).isZero();
            assertThat(translator.install()).isFalse();
        }
    }

    @Test
    void whatADiskWritesIsSeen() {
        try (BareMachine m = called()) {
            int instruction = encode("addi", 5, 0, 2);
            DiskTransfer.read(
                    m.ram,
                    BEYOND,
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(instruction)
                            .array());
            assertThat((int) (m.peekLong(FUNCTION) >>> 32)).isEqualTo(instruction);
            assertThat(translator.install()).isFalse();
        }
    }

    @Test
    void whatWasWrittenBeforeTheTranslatorReadItIsRead() {
        try (BareMachine m = called()) {
            m.poke(FURTHER, encode("addi", 6, 0, 7));
            CodeSource page = translator.page.orElseThrow();
            assertThat(page.halfword(8) | page.halfword(10) << 16).isEqualTo(encode("addi", 6, 0, 7));
            assertThat(translator.install()).isTrue();
        }
    }

    private ExecutionEngine engine(Bus bus) {
        return new Interpreter(bus.ram(), Extensions.RV64, translator);
    }

    /** A machine that has called the function, so that the translator has read it. */
    private BareMachine called() {
        BareMachine m = new BareMachine(this::engine, Long.MAX_VALUE, 1);
        call(m);
        return m;
    }

    private static void call(BareMachine m) {
        m.org(FUNCTION).add("jalr", 0, 0, 1).add("addi", 5, 0, 1);
        m.org(PROGRAM).add("jalr", 1, 0, 10).stop();
        m.hart.x[10] = FUNCTION;
        m.hart.pc = PROGRAM;
        m.run();
    }

    private static void storeFrom(BareMachine m, Hart hart, long address) {
        m.org(PROGRAM + 0x100).add("sw", 0, 0, 10).stop();
        hart.x[10] = address;
        hart.pc = PROGRAM + 0x100;
        m.run(hart);
    }
}
