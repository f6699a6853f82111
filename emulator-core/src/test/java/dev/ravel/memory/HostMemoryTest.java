package dev.ravel.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory outside of the heap is zero, is as much as was asked for, and nobody else's. */
class HostMemoryTest {
    @Test
    void isZeroAndSeparate() {
        for (long size : List.of(1L, 4097L, (5L << 20) + 1)) {
            MemorySegment one = HostMemory.allocate(size);
            MemorySegment other = HostMemory.allocate(size);
            assertThat(one.byteSize()).isEqualTo(size);
            assertThat(one.isNative()).isTrue();
            assertThat(one.mismatch(MemorySegment.ofArray(new byte[(int) size])))
                    .isEqualTo(-1);
            one.fill((byte) 1);
            assertThat(other.get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThat(other.get(ValueLayout.JAVA_BYTE, size - 1)).isZero();
        }
    }
}
