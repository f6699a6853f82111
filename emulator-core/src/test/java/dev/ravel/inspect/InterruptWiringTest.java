package dev.ravel.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.inspect.InterruptWiring.Fate;
import dev.ravel.inspect.InterruptWiring.Gate;
import dev.ravel.inspect.InterruptWiring.HartEnd;
import dev.ravel.inspect.InterruptWiring.Interrupt;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way of interrupts, opened gate by gate by programs; what comes of it is the hart's own word. */
class InterruptWiringTest {
    private static final int UART = 10;
    private static final int MANY = 1000;

    /** At each label one gate more is open on the way of the serial port's interrupt to machine mode. */
    private static final String GATES = """
            _start:
                la t0, handler
                csrw mtvec, t0
                # The port's transmitter is empty: it asks for attention.
                li t0, 0x10000000
                li t1, 2
                sb t1, 1(t0)
            asked:
                # Context 0: machine mode of hart 0.
                li t0, 0xc002000
                li t1, 1 << 10
                sw t1, (t0)
            enabled:
                # Priority 1 is not above threshold 1.
                li s1, 0xc200000
                li t0, 0xc000000
                li t1, 1
                sw t1, (s1)
                sw t1, 40(t0)
            prioritized:
                sw zero, (s1)
            raised:
                li t0, 1 << 11
                csrw mie, t0
            wanted:
                # A software interrupt as well: external ones come first.
                li t0, 0x2000000
                li t1, 1
                sw t1, (t0)
                li t0, 1 << 11 | 1 << 3
                csrw mie, t0
            both:
                csrsi mstatus, 8
            never:
                j never
            handler:
                lw t0, 4(s1)
            claimed:
                sw t0, 4(s1)
            completed:
                j completed
            """;

    private static void stepTo(Machine machine, String symbol) {
        long address = Symbols.of(machine).address(symbol).orElseThrow();
        for (int i = 0; machine.harts().getFirst().pc != address; i++) {
            assertThat(i).as("steps to " + symbol).isLessThan(MANY);
            machine.step(1);
        }
    }

    private static InterruptWiring.Source uart(Machine machine) {
        return InterruptWiring.of(machine).sources().stream()
                .filter(source -> source.number() == UART)
                .findFirst()
                .orElseThrow();
    }

    private static Gate gate(Machine machine) {
        return uart(machine).routes().getFirst().gate();
    }

    private static HartEnd hart(Machine machine) {
        return InterruptWiring.of(machine).harts().getFirst();
    }

    private static Fate fate(Machine machine, int code) {
        return hart(machine).interrupt(code).fate();
    }

    @EveryEngine(variations = {})
    void eachGateOnTheWayIsToldUntilTheInterruptIsTakenClaimedAndCompleted(TestEngine engine) {
        try (Machine machine = Programs.bare(GATES).engine(engine.name()).build()) {
            stepTo(machine, "asked");
            InterruptWiring.Source uart = uart(machine);
            assertThat(uart.device()).isEqualTo("uart");
            assertThat(uart.base()).isEqualTo(0x1000_0000L);
            assertThat(uart.asks()).isTrue();
            assertThat(uart.fate()).isEqualTo("enabled for nobody");
            assertThat(gate(machine)).isEqualTo(Gate.NOT_ENABLED);
            stepTo(machine, "enabled");
            assertThat(gate(machine)).isEqualTo(Gate.NO_PRIORITY);
            stepTo(machine, "prioritized");
            assertThat(gate(machine)).isEqualTo(Gate.BELOW_THRESHOLD);
            assertThat(fate(machine, Cause.MACHINE_EXTERNAL)).isEqualTo(Fate.QUIET);
            stepTo(machine, "raised");
            assertThat(gate(machine)).isEqualTo(Gate.RAISED);
            assertThat(uart(machine).routes().get(1).gate()).isEqualTo(Gate.NOT_ENABLED);
            assertThat(uart(machine).fate()).isEqualTo("raises MEIP of hart 0");
            assertThat(fate(machine, Cause.MACHINE_EXTERNAL)).isEqualTo(Fate.DISABLED);
            stepTo(machine, "wanted");
            assertThat(fate(machine, Cause.MACHINE_EXTERNAL)).isEqualTo(Fate.SWITCHED_OFF);
            stepTo(machine, "both");
            machine.step(1);
            assertThat(fate(machine, Cause.MACHINE_EXTERNAL)).isEqualTo(Fate.NEXT);
            assertThat(fate(machine, Cause.MACHINE_SOFTWARE)).isEqualTo(Fate.BEHIND);
            stepTo(machine, "claimed");
            assertThat(machine.harts().getFirst().csrs.mcause.value)
                    .isEqualTo(Cause.INTERRUPT | Cause.MACHINE_EXTERNAL);
            assertThat(gate(machine)).isEqualTo(Gate.IN_SERVICE);
            assertThat(uart(machine).asks()).isFalse();
            assertThat(fate(machine, Cause.MACHINE_EXTERNAL)).isEqualTo(Fate.QUIET);
            assertThat(fate(machine, Cause.MACHINE_SOFTWARE)).isEqualTo(Fate.SWITCHED_OFF);
            stepTo(machine, "completed");
            assertThat(gate(machine)).isEqualTo(Gate.OPEN);
        }
    }

    @EveryEngine(variations = {})
    void whatIsSaidToBeNextIsWhatTheHartTakes(TestEngine engine) {
        try (Machine machine = Programs.bare("""
                _start:
                    la t0, machine
                    csrw mtvec, t0
                    la t0, supervisor
                    csrw stvec, t0
                    li t0, -1
                    csrw pmpaddr0, t0
                    li t0, 0x1f
                    csrw pmpcfg0, t0
                    li t0, 0x2000000
                    li t1, 1
                    sw t1, (t0)
                    # SSIP, STIP and SEIP are pending by software; SSI and SEI are delegated, STI is not.
                    li t0, 1 << 1 | 1 << 5 | 1 << 9
                    csrw mip, t0
                    li t0, 1 << 1 | 1 << 9
                    csrw mideleg, t0
                    li t0, 1 << 1 | 1 << 3 | 1 << 5 | 1 << 9
                    csrw mie, t0
                    # To S-mode, with interrupts switched on there only after a while.
                    li t0, 1 << 11
                    csrs mstatus, t0
                    li t0, 1 << 12
                    csrc mstatus, t0
                    la t0, program
                    csrw mepc, t0
                ready:
                    mret
                program:
                    csrsi sstatus, 2
                end:
                    j end
                .balign 4
                machine:
                    csrr t0, mcause
                    li t1, 1
                    sll t1, t1, t0
                    csrc mie, t1
                    mret
                .balign 4
                supervisor:
                    csrr t0, scause
                    li t1, 1
                    sll t1, t1, t0
                    csrc sie, t1
                    sret
                """).engine(engine.name()).build()) {
            stepTo(machine, "ready");
            assertThat(fate(machine, Cause.SUPERVISOR_EXTERNAL)).isEqualTo(Fate.HIGHER_MODE);
            assertThat(fate(machine, Cause.SUPERVISOR_TIMER)).isEqualTo(Fate.SWITCHED_OFF);
            List<Integer> taken = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Optional<Interrupt> next = hart(machine).next();
                long traps = machine.harts().getFirst().trapsTaken;
                machine.advanceOne();
                boolean took = machine.harts().getFirst().trapsTaken != traps;
                assertThat(took).as("step " + i).isEqualTo(next.isPresent());
                next.ifPresent(one -> {
                    var csrs = machine.harts().getFirst().csrs;
                    long cause = one.to() == Privilege.MACHINE ? csrs.mcause.value : csrs.scause.value;
                    assertThat(cause).isEqualTo(Cause.INTERRUPT | one.code());
                    taken.add(one.code());
                });
            }
            assertThat(taken)
                    .containsExactly(
                            Cause.MACHINE_SOFTWARE,
                            Cause.SUPERVISOR_TIMER,
                            Cause.SUPERVISOR_EXTERNAL,
                            Cause.SUPERVISOR_SOFTWARE);
        }
    }

    @EveryEngine(variations = {})
    void timersAreThoseOfTheClintAndOfTheHart(TestEngine engine) {
        try (Machine machine = Programs.bare("""
                _start:
                    li t0, 0x2004000
                    li t1, -2
                    sd t1, (t0)
                    li t0, 0x2000000
                    li t1, 1
                    sw t1, (t0)
                clint:
                    li t0, 1 << 63
                    csrs menvcfg, t0
                    csrw stimecmp, zero
                hart:
                    j hart
                """).engine(engine.name()).build()) {
            stepTo(machine, "clint");
            InterruptWiring.Timer timer = hart(machine).timer();
            assertThat(timer.mtimecmp()).isEqualTo(-2);
            assertThat(timer.msip()).isTrue();
            assertThat(timer.stimecmp()).isEmpty();
            assertThat(timer.words()).endsWith(" ticks, stimecmp off (menvcfg.STCE is clear), msip 1");
            assertThat(hart(machine).interrupt(Cause.SUPERVISOR_TIMER).from()).isEqualTo("software in mip");
            stepTo(machine, "hart");
            assertThat(hart(machine).timer().stimecmp()).contains(0L);
            assertThat(hart(machine).interrupt(Cause.SUPERVISOR_TIMER).from()).isEqualTo("stimecmp");
            assertThat(fate(machine, Cause.SUPERVISOR_TIMER)).isEqualTo(Fate.DISABLED);
            assertThat(fate(machine, Cause.MACHINE_TIMER)).isEqualTo(Fate.QUIET);
        }
    }
}
