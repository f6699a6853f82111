package dev.ravel.jit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.extension.Extensions;
import dev.ravel.jit.emit.UnitEmitter;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.Planner;
import dev.ravel.memory.Ram;
import dev.ravel.memory.TlbStorage;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which way to RAM units take, and what their loader knows; the build runs this with and without the export that the direct way needs. */
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

    @Test
    void knowsWhatAUnitRefersToBeforeItRuns() throws IOException {
        try (Ram ram = Ram.allocate(0x8000_0000L, Ram.PAGE_SIZE)) {
            UnitLoader loader = new UnitLoader(new UnitLoader.Memory(ram, new TlbStorage(1, ram)));
            UnitEmitter.Emitted emitted = UnitEmitter.emit(plan(), "Unit_1", loader.access());
            Set<String> named = emitted.classes();
            assertThat(named).contains("java/lang/Double", "java/lang/Integer", "dev/ravel/fp/FloatStatus");
            assertThat(named).as("to begin with").anyMatch(name -> !loader.knows(name));

            loader.define(emitted.classFile(), named, emitted.constantArray(), new Unit[0]);

            assertThat(named).allMatch(loader::knows);
        }
    }

    /** Of an addition of doubles and a division. */
    private static Plan plan() {
        int[] code = {encode("fadd.d", 10, 11, 12, 0), encode("div", 10, 11, 12)};
        return new Planner(Extensions.RV64)
                .plan(
                        0,
                        at -> at < 4 * code.length ? code[at / 4] >>> (at & 2) * 8 & 0xffff : 0,
                        _ -> true,
                        _ -> false,
                        code.length)
                .orElseThrow();
    }

    private static int encode(String mnemonic, long... operands) {
        return Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands);
    }
}
