package dev.ravel.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RamAllocationTest {
    private static final long BASE = 0x8000_0000L;
    private static final long GIB = 1 << 30;

    @Test
    void itIsZeroFromItsFirstByteToItsLast() throws IOException {
        try (Ram ram = Ram.allocate(BASE, GIB)) {
            assertThat(ram.segment().byteSize()).isEqualTo(GIB);
            assertThat(ram.segment().get(ValueLayout.JAVA_LONG, 0)).isZero();
            assertThat(ram.segment().get(ValueLayout.JAVA_LONG, GIB - 8)).isZero();
            ram.segment().set(ValueLayout.JAVA_LONG, GIB - 8, -1);
            assertThat(ram.segment().get(ValueLayout.JAVA_LONG, GIB - 8)).isEqualTo(-1);
        }
    }

    @Test
    void nothingIsReachedOutsideOfItOrAfterItsEnd() throws IOException {
        MemorySegment segment;
        try (Ram ram = Ram.allocate(BASE, 4096)) {
            segment = ram.segment();
            assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 4096))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, -1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void untouchedPagesCostTheHostNothing() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        assumeTrue(Files.exists(statm), "needs /proc");
        long before = residentPages(statm);
        try (Ram ram = Ram.allocate(BASE, 4 * GIB)) {
            ram.segment().set(ValueLayout.JAVA_BYTE, 3 * GIB, (byte) 1);
            assertThat((residentPages(statm) - before) * 4096).isLessThan(GIB);
        }
    }

    private static long residentPages(Path statm) throws IOException {
        return Long.parseLong(Files.readString(statm).split(" ")[1]);
    }

    @Test
    void whatTheHostCannotGiveIsAnError() {
        assertThatThrownBy(() -> Ram.allocate(BASE, 1L << 50))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ask for less");
    }

    @Test
    void aFileServesWhereThereIsNoAnonymousMemory() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = Ram.mapFile(1 << 20, arena);
            assertThat(segment.byteSize()).isEqualTo(1 << 20);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 4096)).isZero();
            segment.set(ValueLayout.JAVA_LONG, 4096, 42);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 4096)).isEqualTo(42);
        }
    }
}
