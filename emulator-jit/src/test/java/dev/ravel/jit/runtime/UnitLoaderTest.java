package dev.ravel.jit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.memory.Ram;
import dev.ravel.memory.TlbStorage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which way to RAM units take; the build runs this with and without the export that the direct one needs. */
class UnitLoaderTest {
    @Test
    void takesTheDirectWayIfTheJvmLetsIt() throws IOException {
        boolean exported = Object.class
                .getModule()
                .isExported("jdk.internal.misc", getClass().getModule());
        try (Ram ram = Ram.allocate(0x8000_0000L, Ram.PAGE_SIZE)) {
            UnitLoader loader = new UnitLoader(new UnitLoader.Memory(ram, new TlbStorage(1, ram)));

            assertThat(loader.access().getSimpleName()).isEqualTo(exported ? "DirectRamAccess" : "RamAccess");
            assertThat(exported).isEqualTo(Boolean.getBoolean("ravel.test.exported"));
        }
    }
}
