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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

    @Test
    void ramKnowsHowMuchOfItTheHostHolds() throws IOException {
        try (Ram ram = Ram.allocate(BASE, GIB)) {
            assumeTrue(ram.resident().isPresent(), "needs mincore");
            assertThat(ram.resident()).hasValue(0);
            for (long offset = 0; offset < GIB / 4; offset += Ram.PAGE_SIZE) {
                ram.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) 1);
            }
            // A huge page may have come for the last of them.
            assertThat(ram.resident().getAsLong()).isBetween(GIB / 4, GIB / 4 + (32 << 20));
            assumeTrue(ram.discard(0, GIB / 4) > 0, "the host takes no memory back");
            assertThat(ram.resident().getAsLong()).isLessThan(GIB / 8);
        }
    }

    /** The host clears 2 MiB at once where it would be asked for 4 KiB at a time; a few pages of a small RAM are not worth that. */
    @Test
    void aLargeRamAsksForLargePagesOfTheHost() throws IOException {
        Path smaps = Path.of("/proc/self/smaps");
        assumeTrue(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage")), "needs Linux with large pages");
        assertThat(asksForLargePages(smaps, 64 << 20)).isTrue();
        assertThat(asksForLargePages(smaps, 2 << 20)).isFalse();
    }

    private static boolean asksForLargePages(Path smaps, long size) throws IOException {
        try (Ram ram = Ram.allocate(BASE, size)) {
            List<String> lines = Files.readAllLines(smaps);
            int first = IntStream.range(0, lines.size())
                    .filter(i -> contains(lines.get(i), ram.segment().address()))
                    .findFirst()
                    .orElseThrow();
            return lines.stream()
                    .skip(first)
                    .filter(line -> line.startsWith("VmFlags:"))
                    .findFirst()
                    .orElseThrow()
                    .contains(" hg");
        }
    }

    /** Whether a line of {@code smaps} begins the mapping that an address is in. */
    private static boolean contains(String line, long address) {
        Matcher range = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*").matcher(line);
        return range.matches()
                && Long.parseUnsignedLong(range.group(1), 16) <= address
                && address < Long.parseUnsignedLong(range.group(2), 16);
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
