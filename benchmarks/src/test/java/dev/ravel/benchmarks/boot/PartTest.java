package dev.ravel.benchmarks.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a sample of a hart's thread is counted for. */
class PartTest {
    @Test
    void theInnermostFrameThatBelongsToAPartDecides() {
        assertThat(Part.of(List.of("dev.ravel.mmu.PageWalker", "dev.ravel.engine.interpreter.LoadStep")))
                .isEqualTo(Part.MEMORY);
        assertThat(Part.of(List.of("dev.ravel.engine.interpreter.LoadStep", "dev.ravel.jit.JitEngine")))
                .isEqualTo(Part.INTERPRETER);
        assertThat(Part.of(List.of("java.util.HashMap", "dev.ravel.virtio.SplitRing", "dev.ravel.memory.Bus$Devices")))
                .isEqualTo(Part.DEVICES);
        assertThat(Part.of(List.of("dev.ravel.jit.runtime.Unit_80201000", "dev.ravel.jit.runtime.GuestState")))
                .isEqualTo(Part.UNITS);
        assertThat(Part.of(List.of("dev.ravel.csr.CsrFile", "dev.ravel.engine.interpreter.ControlStep")))
                .isEqualTo(Part.HART);
    }

    @Test
    void whatBelongsToNoneIsAnythingElse() {
        assertThat(Part.of(List.of("java.lang.Thread"))).isEqualTo(Part.OTHER);
        assertThat(Part.of(List.of())).isEqualTo(Part.OTHER);
    }
}
