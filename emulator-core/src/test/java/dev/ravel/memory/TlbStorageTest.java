package dev.ravel.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TlbStorageTest {
    private static final int HARTS = 3;
    private static final int PAGES = 8;

    @Test
    void eachHartHasAByteForEachPageAndNoHartMoreIsThere() throws IOException {
        try (Ram ram = Ram.allocate(0x8000_0000L, PAGES * Ram.PAGE_SIZE)) {
            TlbStorage storage = new TlbStorage(HARTS, ram, HARTS * PAGES);
            assertThat(storage.pages()).isEqualTo(PAGES);
            assertThat(storage.storable()).hasSize(HARTS * PAGES).containsOnly(0);
            for (int hart = 0; hart < HARTS; hart++) {
                assertThat(storage.allocateStorable()).isEqualTo(hart * PAGES);
            }
            assertThatThrownBy(storage::allocateStorable).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whereBytesWereTooManyThereAreNone() throws IOException {
        try (Ram ram = Ram.allocate(0x8000_0000L, PAGES * Ram.PAGE_SIZE)) {
            TlbStorage storage = new TlbStorage(HARTS, ram, HARTS * PAGES - 1);
            assertThat(storage.pages()).isZero();
            assertThat(storage.storable()).isEmpty();
            for (int hart = 0; hart <= HARTS; hart++) {
                assertThat(storage.allocateStorable()).isZero();
            }
        }
    }
}
