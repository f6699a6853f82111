package dev.ravel.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.engine.CodeStatus;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import dev.ravel.observe.Observer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where harts spend their instructions, by samples. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HotSpotsTest {
    /** Nine instructions in one loop for each in another, then changes the first one. */
    private static final String LOOPS = """
            _start:
                li s0, 20
            again:
                li a0, 450
            hot:
                addi a0, a0, -1
                bnez a0, hot
                li a0, 50
            warm:
                addi a0, a0, -1
                bnez a0, warm
                addi s0, s0, -1
                bnez s0, again
            change:
                lla t0, hot
                lw t1, (t0)
                sw t1, (t0)
                fence.i
            end:
                j end
            """;

    private static Machine machine(TestEngine engine) throws ImageException {
        return Machine.builder()
                .memory(4 << 20)
                .bios(new Bios.None())
                .kernel(ImageLoader.parse(
                        "loops", ElfWriter.write(Assembler.assemble("loops.s", ".option norvc\n" + LOOPS))))
                .deterministic()
                .engine(engine.name())
                .build();
    }

    private static void run(Machine machine, long to, TestEngine engine) {
        while (machine.instructionsRetired() < to) {
            machine.advance(Math.min(engine.slice(), to - machine.instructionsRetired()));
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void samplesAreSharedOutAsInstructionsAre(TestEngine engine) throws ImageException {
        try (Machine machine = machine(engine);
                HotCode hot = HotCode.of(machine, 32)) {
            run(machine, 15_000, engine);
            assertThat(hot.seen()).isBetween(15_000L / 32, 15_000L / 28 + 1);
            Symbols symbols = Symbols.ofImages(machine);
            List<HotSpot> spots = hot.hottest(100, symbols);
            long warm = symbols.address("warm").orElseThrow();
            // A translation that is entered before the one loop may have the other one as well, never the other way
            // round.
            assertThat(spots.stream()
                            .filter(spot -> spot.address() < warm)
                            .mapToLong(HotSpot::samples)
                            .sum())
                    .isBetween(hot.seen() * 85 / 100, hot.seen());
            assertThat(spots.stream().mapToLong(HotSpot::samples).sum()).isEqualTo(hot.seen());
            assertThat(spots).isSortedAccordingTo((a, b) -> Long.compare(b.samples(), a.samples()));
            assertThat(hot.hottest(1, symbols)).containsExactly(spots.getFirst());
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void twoRunsHaveTheSameSamples(TestEngine engine) throws ImageException {
        List<String> one = places(engine);
        assertThat(places(engine)).isEqualTo(one);
    }

    /** Addresses in the page with their samples, whatever state they are in. */
    private static List<String> places(TestEngine engine) throws ImageException {
        try (Machine machine = machine(engine);
                HotCode hot = HotCode.of(machine, 100)) {
            run(machine, 15_000, engine);
            return hot.hottest(100, Symbols.NONE).stream()
                    .map(spot -> Words.hex(spot.address()) + " " + spot.samples())
                    .toList();
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void whatWasTranslatedIsToldWithItsSizeAndGoesWhenTheGuestChangesIt(TestEngine engine) throws ImageException {
        try (Machine machine = machine(engine)) {
            Symbols symbols = Symbols.ofImages(machine);
            long hot = symbols.address("hot").orElseThrow();
            assertThat(machine.engine().status(hot)).isEqualTo(CodeStatus.INTERPRETED);
            run(machine, 10_000, engine);
            CodeStatus status = machine.engine().status(hot);
            CodeStatus changed;
            for (int i = 0;
                    i < 1000
                            && machine.harts().getFirst().pc
                                    != symbols.address("end").orElseThrow();
                    i++) {
                machine.advance(1000);
            }
            assertThat(machine.harts().getFirst().pc)
                    .isEqualTo(symbols.address("end").orElseThrow());
            changed = machine.engine().status(hot);
            switch (status.state()) {
                case INTERPRETED -> assertThat(changed).isEqualTo(CodeStatus.INTERPRETED);
                case TRANSLATED, COMPILED -> {
                    assertThat(status.entry()).isPresent();
                    assertThat(status.instructions()).isPositive();
                    assertThat(status.codeBytes()).isPositive();
                    assertThat(machine.engine().counters()).containsKey("units");
                    assertThat(changed.state()).isEqualTo(CodeStatus.State.INTERPRETED);
                    assertThat(changed.invalidations()).isPositive();
                }
            }
            assertThat(machine.engine().status(0x10000000).state()).isEqualTo(CodeStatus.State.INTERPRETED);
        }
    }

    @Test
    void nobodyIsAskedAfterwardsAndNobodyElseIsPutOut() throws ImageException {
        try (Machine machine = machine(new TestEngine("interp", Long.MAX_VALUE))) {
            HotCode hot = HotCode.of(machine, 128);
            assertThatThrownBy(() -> HotCode.of(machine, 64)).isInstanceOf(IllegalStateException.class);
            MachineWatch.of(machine, 1).close();
            machine.advance(1000);
            hot.close();
            long seen = hot.seen();
            assertThat(machine.harts().getFirst().observer()).isEqualTo(Observer.NONE);
            machine.advance(1000);
            assertThat(hot.seen()).isEqualTo(seen).isPositive();
            assertThatThrownBy(() -> HotCode.of(machine, 1)).hasMessage("a sample every 1 instructions");
        }
    }
}
