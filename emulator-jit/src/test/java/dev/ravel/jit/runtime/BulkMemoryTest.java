package dev.ravel.jit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import dev.ravel.mmu.Pmp;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many rounds are done at once, and that no more is: with accesses that go by TLBs, and with bare ones. */
class BulkMemoryTest {
    private static final long BASE = 0x8000_0000L;
    private static final int PAGES = 16;

    private final Ram ram;
    private final Mmu mmu;
    private final BulkMemory bulk;

    BulkMemoryTest() throws IOException {
        ram = Ram.allocate(BASE, PAGES * Ram.PAGE_SIZE);
        mmu = new Mmu(new Bus(ram), 0);
        bulk = new BulkMemory(mmu);
        for (long i = 0; i < ram.size(); i++) {
            memory().set(ValueLayout.JAVA_BYTE, i, (byte) (i ^ i >>> 8));
        }
    }

    @AfterEach
    void close() {
        ram.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allRoundsInKnownPagesAreDone(boolean bare) {
        know(bare, 0, 2, 8, 11);
        assertThat(bulk.copy(at(0, 16), at(8, 0xff0), 8, 8, 700)).isEqualTo(700);
        assertCopied(at(0, 16), at(8, 0xff0), 5600);
        assertThat(bulk.copy(at(0, 8), at(8, 4), 4, 24, 200)).isEqualTo(200);
        assertCopied(at(0, 8), at(8, 4), 4800);
        assertThat(bulk.fill(0x5555, at(8, 0xffe), 2, 6, 100)).isEqualTo(100);
        assertFilled(at(8, 0xffe), 600, 0x55);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void memoryIsFilledWithAsManyBytesOfTheValueAsAStoreHas(int size) {
        know(true, 0, 0, 8, 9);
        for (long value : new long[] {0x1122_3344_5566_7788L, -3}) {
            for (int rounds : new int[] {3, 500, 20}) {
                long behind = memory().get(ValueLayout.JAVA_LONG, at(9, 0x18) - BASE + rounds / 8 * 8 * size);
                assertThat(bulk.fill(value, at(8, 0xff8), size, size, rounds)).isEqualTo(rounds);
                for (int i = 0; i < rounds * size; i++) {
                    assertThat(memory().get(ValueLayout.JAVA_BYTE, at(8, 0xff8) - BASE + i))
                            .isEqualTo((byte) (value >>> i % size * Byte.SIZE));
                }
                assertThat(memory().get(ValueLayout.JAVA_LONG, at(9, 0x18) - BASE + rounds / 8 * 8 * size))
                        .isEqualTo(behind);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFirstRoundThatMayNeedMoreEndsIt(boolean bare) {
        know(bare, 0, 2, 8, 9);
        // With a bare store the next page is known too.
        int last = bare ? 9 : 8;
        byte[] behind = memory().asSlice(at(last + 1, 0) - BASE, 8).toArray(ValueLayout.JAVA_BYTE);
        // 85 rounds of 48 bytes are in the page, the 86th only in part.
        assertThat(bulk.copy(at(0, 0), at(last, 0), 8, 48, 100)).isEqualTo(85);
        assertThat(bulk.fill(0, at(last, 0), 8, 48, 100)).isEqualTo(85);
        assertThat(bulk.fill(0, at(last + 1, 0), 8, 8, 1)).isZero();
        assertThat(memory().asSlice(at(last + 1, 0) - BASE, 8).toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(behind);
        assertFilled(at(last, 0), 85 * 48, 0);
        if (!bare) {
            assertThat(bulk.copy(at(1, 0xfc0), at(8, 0), 8, 48, 100)).isEqualTo(1);
        }
        assertThat(bulk.copy(at(PAGES - 1, 0xff0), at(8, 0), 8, 8, 100)).isEqualTo(bare ? 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsDoneWhereTheOrderOrTheWidthOfAccessesMatters(boolean bare) {
        know(bare, 0, 3, 0, 3);
        assertThat(bulk.copy(at(0, 0), at(0, 8), 8, 8, 100)).isZero();
        assertThat(bulk.copy(at(0, 8), at(0, 0), 8, 8, 100)).isZero();
        assertThat(bulk.copy(at(0, 0), at(0, 0), 8, 8, 100)).isZero();
        // In one page, but not before the first has come to its end.
        assertThat(bulk.copy(at(0, 0xfc0), at(1, 8), 8, 8, 100)).isEqualTo(8);
        assertThat(bulk.copy(at(0, 4), at(2, 0), 8, 8, 100)).isZero();
        assertThat(bulk.copy(at(0, 0), at(2, 4), 8, 8, 100)).isZero();
        assertThat(bulk.fill(0, at(2, 4), 8, 8, 100)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noRoundIsDoneIfNoneIsWanted(boolean bare) {
        know(bare, 0, 1, 2, 3);
        assertThat(bulk.copy(at(0, 0), at(2, 0), 8, 8, 0)).isZero();
        assertThat(bulk.copy(at(0, 0), at(2, 0), 8, 8, -5)).isZero();
        assertThat(bulk.fill(0, at(2, 0), 8, 8, -5)).isZero();
    }

    /** Has loads of some pages and stores to others be known; bare ones need no loads to be. */
    private void know(boolean bare, int firstLoad, int endLoad, int firstStore, int endStore) {
        if (!bare) {
            // So that all of RAM is not one area with the same rights.
            mmu.pmp().setAddress(0, BASE + (PAGES - 1) * Ram.PAGE_SIZE >> 2);
            mmu.pmp().setConfig(0, Pmp.L | Pmp.NA4 << Pmp.A_SHIFT);
            mmu.protectionChanged();
        }
        assertThat(mmu.isBare()).isEqualTo(bare);
        for (int page = firstLoad; page < endLoad; page++) {
            mmu.translate(at(page, 0), 8, AccessType.LOAD);
        }
        for (int page = firstStore; page < endStore; page++) {
            mmu.translate(at(page, 0), 8, AccessType.STORE);
        }
    }

    private MemorySegment memory() {
        return ram.segment();
    }

    private static long at(int page, int offset) {
        return BASE + (long) page * Ram.PAGE_SIZE + offset;
    }

    private void assertCopied(long from, long to, int bytes) {
        assertThat(memory().asSlice(from - BASE, bytes).mismatch(memory().asSlice(to - BASE, bytes)))
                .isEqualTo(-1);
    }

    private void assertFilled(long at, int bytes, int value) {
        byte[] all = memory().asSlice(at - BASE, bytes).toArray(ValueLayout.JAVA_BYTE);
        assertThat(all).containsOnly(value);
    }
}
