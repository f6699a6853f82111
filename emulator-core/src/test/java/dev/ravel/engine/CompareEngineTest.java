package dev.ravel.engine;

import static dev.ravel.engine.BareMachine.BASE;
import static dev.ravel.engine.BareMachine.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ravel.device.Stateless;
import dev.ravel.engine.compare.CompareEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Decoded;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.memory.Bus;
import dev.ravel.mmu.Mmu;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines in lockstep: what comes from outside reaches both alike, and any difference is found and named. */
class CompareEngineTest {
    private static final long DEVICE = 0x1000_0000L;
    private static final long DATA = BASE + 0x4000;

    // What is not a difference

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1000})
    void aDeviceIsReadOnceForBoth(long slice) {
        Counting device = new Counting();
        try (BareMachine m = lockstep(EngineProvider.named("interp"), slice)) {
            m.bus.map(DEVICE, 4096, device);
            m.hart.x[10] = DEVICE;
            m.add("lw", 5, 0, 10)
                    .add("lw", 6, 0, 10)
                    .add("sw", 6, 8, 10)
                    .add("lw", 7, 0, 10)
                    .stop();
            m.run();
            assertThat(List.of(m.hart.x[5], m.hart.x[6], m.hart.x[7])).containsExactly(1L, 2L, 3L);
            assertThat(device.written).containsExactly(2L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1000})
    void whatADeviceWritesToMemoryReachesBothAtTheSameInstruction(long slice) {
        try (BareMachine m = lockstep(EngineProvider.named("interp"), slice)) {
            m.bus.map(DEVICE, 4096, new Counting(value -> m.pokeLong(DATA, value)));
            m.hart.x[10] = DEVICE;
            m.hart.x[11] = DATA;
            m.hart.x[12] = 77;
            m.add("ld", 5, 0, 11).add("sw", 12, 0, 10).add("ld", 6, 0, 11).stop();
            m.run();
            assertThat(m.hart.x[5]).isZero();
            assertThat(m.hart.x[6]).isEqualTo(77);
        }
    }

    @Test
    void whatADeviceWritesToMemoryIsNotThereAtTheAccessBeforeIt() {
        try (BareMachine m = lockstep(EngineProvider.named("interp"), 1000)) {
            m.bus.map(DEVICE, 4096, new Counting(value -> m.pokeLong(DATA, value)));
            m.hart.x[10] = DEVICE;
            m.hart.x[11] = DATA;
            m.hart.x[12] = 77;
            m.add("lw", 0, 0, 10)
                    .add("ld", 5, 0, 11)
                    .add("sw", 12, 0, 10)
                    .add("ld", 6, 0, 11)
                    .stop();
            m.run();
            assertThat(m.hart.x[5]).isZero();
            assertThat(m.hart.x[6]).isEqualTo(77);
        }
    }

    @Test
    void whatIsWrittenAndSetBetweenRunsReachesBoth() {
        try (BareMachine m = lockstep(EngineProvider.named("interp"), 1000)) {
            m.hart.x[11] = DATA;
            m.add("ld", 5, 0, 11).add("add", 6, 5, 7).stop();
            m.runOnce(1);
            m.pokeLong(DATA, 40);
            m.hart.x[7] = 2;
            m.hart.pc = BASE;
            m.run();
            assertThat(m.hart.x[6]).isEqualTo(42);
        }
    }

    @Test
    void interruptsAreTakenByBothAtTheSameInstruction() {
        try (BareMachine m = lockstep(EngineProvider.named("interp"), 1000)) {
            m.add("csrrwi", 0, CsrNumber.MIE, 8).add("csrrsi", 0, CsrNumber.MSTATUS, 8);
            long loop = m.here();
            m.add("addi", 5, 5, 1).add("jal", 0, loop - m.here());
            m.org(BareMachine.HANDLER).add("csrrs", 6, CsrNumber.MIP, 0).add("wfi");
            m.runOnce(100);
            m.hart.setLine(Cause.MACHINE_SOFTWARE, true);
            m.hart.takeInterrupt();
            m.runOnce(1);
            assertThat(m.hart.x[6]).isEqualTo(8);
            assertThat(m.hart.csrs.mepc.value).isEqualTo(loop);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1000})
    void theTimeIsTheSameForBoth(long slice) {
        try (BareMachine m = lockstep(EngineProvider.named("interp"), slice)) {
            m.add("addi", 5, 0, 500);
            long loop = m.here();
            m.add("csrrs", 6, CsrNumber.TIME, 0)
                    .add("csrrs", 7, CsrNumber.CYCLE, 0)
                    .add("addi", 5, 5, -1)
                    .add("bne", 5, 0, loop - m.here())
                    .stop();
            m.run();
            assertThat(m.hart.x[7]).isEqualTo(1 + 4 * 499 + 1);
        }
    }

    /** As without a reference: a translator gets ready for what it finds in RAM, and tells what came of it. */
    @Test
    void theSubjectIsToldWhatTheGuestBeginsWithAndTellsWhatItCounts() {
        List<String> told = new ArrayList<>();
        EngineProvider subject =
                provider(bus -> new Wrapped(EngineProvider.named("interp").create(bus)) {
                    @Override
                    public void loaded() {
                        told.add("loaded " + bus.ram().segment().get(ValueLayout.JAVA_LONG, DATA - BASE));
                    }

                    @Override
                    public Map<String, Long> counters() {
                        return Map.of("told", (long) told.size());
                    }

                    @Override
                    public Stop run(Hart hart, long maxInstructions) {
                        told.add("run");
                        return engine.run(hart, maxInstructions);
                    }
                });
        CompareEngine[] engines = new CompareEngine[1];
        try (BareMachine m = new BareMachine(
                bus -> engines[0] = new CompareEngine(bus, EngineProvider.named("interp"), subject), 1000, 1)) {
            m.add("addi", 5, 0, 1).stop();
            m.pokeLong(DATA, 4711);
            assertThat(engines[0].counters()).isEmpty();
            m.run();
            assertThat(told).startsWith("loaded 4711", "run");
            assertThat(engines[0].counters()).isEqualTo(Map.of("told", (long) told.size()));
        }
    }

    // What is

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1000})
    void theFirstInstructionWithAnotherResultIsNamed(long slice) {
        EngineProvider broken = broken("mul", (hart, decoded) -> hart.x[decoded.rd()]++);
        try (BareMachine m = lockstep(broken, slice)) {
            m.add("addi", 5, 0, 300).add("addi", 7, 0, 3);
            long loop = m.here();
            m.add("addi", 5, 5, -1)
                    .add("bne", 5, 0, loop - m.here())
                    .add("mul", 6, 7, 7)
                    .add("add", 8, 6, 6)
                    .stop();
            DifferenceException difference = catchThrowableOfType(DifferenceException.class, m::run);
            assertThat(difference)
                    .hasMessageStartingWith("interp and broken differ after 603 instructions, at pc 0x80000014;")
                    .hasMessageContaining("    0x80000010: mul t1,t2,t2\nx6 ")
                    .hasMessageContaining("interp 0x9, broken 0xa")
                    .hasMessageNotContaining("x8 ");
        }
    }

    @Test
    void aLostStoreIsFoundThoughNothingReadsIt() {
        EngineProvider broken =
                broken("sd", (hart, decoded) -> hart.mmu.store(hart.x[decoded.rs1()] + decoded.imm(), 8, 0));
        BareMachine m = lockstep(broken, 1000);
        m.hart.x[10] = DATA;
        m.hart.x[11] = 5;
        m.add("sd", 0, 0, 10).add("sd", 11, 16, 10).add("addi", 5, 0, 1).stop();
        m.run();
        assertThatThrownBy(m::close)
                .isInstanceOf(DifferenceException.class)
                .hasMessageContaining("    0x80000004: sd a1,16(a0)\nmemory at 0x80004010: interp 0x5, broken 0x0");
    }

    @Test
    void aLostStoreIsFoundBeforeLong() {
        EngineProvider broken =
                broken("sd", (hart, decoded) -> hart.mmu.store(hart.x[decoded.rs1()] + decoded.imm(), 8, 0));
        try (BareMachine m = lockstep(broken, 1000)) {
            m.hart.x[10] = DATA;
            m.hart.x[11] = 5;
            m.add("sd", 11, 16, 10).add("jal", 0, 0);
            assertThatThrownBy(m::run)
                    .isInstanceOf(DifferenceException.class)
                    .hasMessageContaining("    0x80000000: sd a1,16(a0)\nmemory at 0x80004010: interp 0x5, broken 0x0");
        }
    }

    @Test
    void aDeviceThatOnlyOneWritesToIsFound() {
        EngineProvider broken = broken("addi", (hart, decoded) -> hart.mmu.store(DEVICE, 4, 1));
        Counting device = new Counting();
        try (BareMachine m = lockstep(broken, 1000)) {
            m.bus.map(DEVICE, 4096, device);
            m.add("add", 5, 0, 0).add("addi", 5, 0, 1).stop();
            assertThatThrownBy(m::run)
                    .isInstanceOf(DifferenceException.class)
                    .hasMessageContaining(
                            "broken does a write of 4 bytes at 0x10000000, which the reference has not done");
            assertThat(device.written).isEmpty();
        }
    }

    @Test
    void anotherValueForADeviceIsFound() {
        EngineProvider broken = broken("addi", (hart, decoded) -> hart.x[decoded.rd()] = 9);
        try (BareMachine m = lockstep(broken, 1000)) {
            m.bus.map(DEVICE, 4096, new Counting());
            m.hart.x[10] = DEVICE;
            m.add("addi", 5, 0, 1).add("sw", 5, 0, 10).add("addi", 5, 0, 0).stop();
            assertThatThrownBy(m::run).hasMessageContaining("    0x80000000: li t0,1\nx5 ");
        }
    }

    @Test
    void aDifferenceLeavesTheMachineAsTheReferenceLeftIt() {
        EngineProvider broken = broken("mul", (hart, decoded) -> hart.x[decoded.rd()]++);
        try (BareMachine m = lockstep(broken, 1000)) {
            m.hart.x[10] = DATA;
            m.hart.x[7] = 3;
            m.add("mul", 6, 7, 7).add("sd", 6, 0, 10).stop();
            assertThatThrownBy(m::run).isInstanceOf(DifferenceException.class);
            assertThat(m.hart.pc).isEqualTo(BareMachine.HANDLER + 4);
            assertThat(m.hart.x[6]).isEqualTo(9);
            assertThat(m.peekLong(DATA)).isEqualTo(9);
        }
    }

    @Test
    void anEngineThatExecutesTooMuchIsFound() {
        EngineProvider broken =
                provider(bus -> new Wrapped(EngineProvider.named("interp").create(bus)) {
                    @Override
                    public Stop run(Hart hart, long maxInstructions) {
                        return engine.run(hart, maxInstructions + 1);
                    }
                });
        try (BareMachine m = lockstep(broken, 3)) {
            m.add("addi", 5, 5, 1)
                    .add("addi", 5, 5, 1)
                    .add("addi", 5, 5, 1)
                    .add("addi", 5, 5, 1)
                    .stop();
            assertThatThrownBy(m::run).hasMessageContaining("broken executed 1 instructions more than asked for");
        }
    }

    @Test
    void codeThatWasNotTakenUpAfterItsChangeIsReportedEvenIfItCannotBeReproduced() {
        // An engine that goes on with what it has seen first: here, the old immediate.
        EngineProvider broken =
                provider(bus -> new Wrapped(EngineProvider.named("interp").create(bus)) {
                    private boolean done;

                    @Override
                    public Stop run(Hart hart, long maxInstructions) {
                        Stop stop = engine.run(hart, maxInstructions);
                        if (!done && hart.x[5] == 1) {
                            done = true;
                            hart.x[5] = 2;
                        }
                        return stop;
                    }
                });
        try (BareMachine m = lockstep(broken, 1)) {
            m.add("addi", 6, 0, 1).add("addi", 5, 0, 1).stop();
            assertThatThrownBy(m::run)
                    .hasMessageStartingWith(
                            "interp and broken differ after 2 instructions; not if the last 2 are executed" + " again")
                    .hasMessageContaining("x5         interp 0x1, broken 0x2");
        }
    }

    @Test
    void aReferenceThatCannotBeExecutedAgainIsReportedWithWhatWasSeen() {
        try (BareMachine m = lockstep(EngineProvider.named("interp"), 1000)) {
            // Nobody is told that this device writes to memory, so it is there from the first instruction on, the next
            // time.
            m.bus.map(
                    DEVICE,
                    4096,
                    new Counting(value -> m.bus.ram().segment().set(ValueLayout.JAVA_LONG, DATA - BASE, value)));
            m.hart.x[10] = DEVICE;
            m.hart.x[11] = DATA;
            m.hart.x[12] = 77;
            m.add("ld", 5, 0, 11)
                    .add("bne", 5, 0, 8)
                    .add("sw", 12, 0, 10)
                    .add("ld", 6, 0, 11)
                    .stop();
            assertThatThrownBy(m::run)
                    .isInstanceOf(DifferenceException.class)
                    .hasMessageStartingWith("interp and its double differ after")
                    .hasMessageContaining("of interp cannot be executed again: it waits 1 instructions too early")
                    .hasMessageContaining("x6         interp 0x4d, its double 0x0");
        }
    }

    // Configuration

    @Test
    void moreThanOneHartIsAMistakeOfConfiguration() {
        assertThatThrownBy(() -> Machine.builder().engine("compare").cpus(2).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("harts 2: engine compare runs at most 1 hart");
    }

    @Test
    void theBrokenEngineIsRightButForWhatIsBroken() {
        EngineProvider broken = broken("mul", (hart, decoded) -> hart.x[decoded.rd()]++);
        try (BareMachine m = lockstep(broken, 1000)) {
            m.hart.x[11] = encode("addi", 5, 0, 2);
            m.hart.x[10] = BASE + 4;
            m.add("sw", 11, 0, 10).add("addi", 5, 0, 1).stop();
            m.run();
            assertThat(m.hart.x[5]).isEqualTo(2);
        }
    }

    // Tools

    private static BareMachine lockstep(EngineProvider subject, long slice) {
        return new BareMachine(bus -> new CompareEngine(bus, EngineProvider.named("interp"), subject), slice, 1);
    }

    private static EngineProvider provider(Function<Bus, ExecutionEngine> engines) {
        return new EngineProvider() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public ExecutionEngine create(Bus bus) {
                return engines.apply(bus);
            }
        };
    }

    /** An engine that does something more after each instruction of that name. */
    private static EngineProvider broken(String mnemonic, BiConsumer<Hart, Decoded> after) {
        return provider(bus -> new Wrapped(EngineProvider.named("interp").create(bus)) {
            @Override
            public Stop run(Hart hart, long maxInstructions) {
                for (long i = 1; ; i++) {
                    Decoded decoded = Extensions.RV64.decode(hart.mmu.fetch(hart.pc));
                    hart.mmu.faultCause = Mmu.NO_FAULT;
                    Stop stop = engine.run(hart, 1);
                    if (decoded.instruction().mnemonic().equals(mnemonic)) {
                        after.accept(hart, decoded);
                    }
                    if (i == maxInstructions || stop == Stop.WAIT || hart.needsAttention()) {
                        return stop;
                    }
                }
            }
        });
    }

    private abstract static class Wrapped implements ExecutionEngine {
        final ExecutionEngine engine;

        Wrapped(ExecutionEngine engine) {
            this.engine = engine;
        }

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** Reads as 1, 2, 3, and remembers what is written. */
    private static final class Counting implements Stateless {
        private final LongConsumer onWrite;
        private final List<Long> written = new ArrayList<>();
        private long reads;

        Counting() {
            this(value -> {});
        }

        Counting(LongConsumer onWrite) {
            this.onWrite = onWrite;
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public long read(long offset, int size) {
            return ++reads;
        }

        @Override
        public void write(long offset, int size, long value) {
            written.add(value);
            onWrite.accept(value);
        }
    }
}
