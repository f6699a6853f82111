package dev.ravel.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.csr.CsrFile;
import dev.ravel.csr.Mstatus;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.observe.Observer;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineWatchTest {
    /** Waits in M, calls from S, touches a CSR and a device there, interrupts itself, calls from U, switches off. */
    private static final String PROGRAM = """
            _start:
                la t0, machine_trap
                csrw mtvec, t0
                la t0, supervisor_trap
                csrw stvec, t0
                li t0, -1
                csrw pmpaddr0, t0
                li t0, 0x1f
                csrw pmpcfg0, t0
                li t0, 1 << 8
                csrw medeleg, t0
                li t0, 2
                csrw mideleg, t0
                # Wait for the timer, with its interrupt enabled but not taken.
                li t0, 0x200bff8
                ld t1, (t0)
                li t2, 10000
                add t1, t1, t2
                li t0, 0x2004000
                sd t1, (t0)
                li t0, 1 << 7
                csrw mie, t0
                wfi
                csrw mie, zero
                li t0, 0x1800
                csrc mstatus, t0
                li t0, 0x800
                csrs mstatus, t0
                la t0, supervisor
                csrw mepc, t0
                mret
            supervisor:
                li a7, 0x54494d45
                li a6, 0
                li a0, 1234
            call:
                ecall
                csrr t0, mstatus
                li t1, 0x10000000
                lbu t2, 5(t1)
                sb zero, 7(t1)
                sb zero, 7(t1)
                csrsi sie, 2
                csrsi sip, 2
                csrsi sstatus, 2
                nop
                la t0, user
                csrw sepc, t0
                li t0, 0x100
                csrc sstatus, t0
                sret
            user:
                li a7, 64
                ecall
            supervisor_trap:
                csrr t0, scause
                bgez t0, off
                csrci sip, 2
                sret
            off:
                li t0, 0x100000
                li t1, 0x5555
                sw t1, (t0)
                j .
            machine_trap:
                csrr s0, mepc
                addi s0, s0, 4
                csrw mepc, s0
                mret
            """;

    @EveryEngine(variations = {})
    void trapsAndExitsAreThoseOfTheProgram(TestEngine engine) {
        try (Machine machine = Programs.bare(PROGRAM)
                        .engine(engine.name())
                        .deterministic()
                        .build();
                MachineWatch watch = MachineWatch.of(machine, 10)) {
            assertThat(machine.run()).isEqualTo(new End.PoweredOff());
            List<TrapEvent> traps = watch.traps();
            assertThat(traps)
                    .extracting(TrapEvent::cause)
                    .containsExactly(
                            "environment call from S-mode",
                            "illegal instruction",
                            "supervisor software interrupt",
                            "environment call from U-mode");
            TrapEvent call = traps.getFirst().named(Symbols.of(machine));
            assertThat(call.symbolOfEpc()).contains(new SymbolAt("call", 0));
            assertThat(call.from()).isEqualTo(Privilege.SUPERVISOR);
            assertThat(call.to()).isEqualTo(Privilege.MACHINE);
            assertThat(call.delegation().orElseThrow()).hasToString("medeleg bit 9 is clear");
            assertThat(call.call().orElseThrow().name()).isEqualTo("TIME.set_timer");
            assertThat(call.call().orElseThrow().arguments().getFirst()).isEqualTo(1234);
            // The call, machine_trap and one CSR instruction: the call itself does not retire.
            assertThat(traps.get(1).instructionsRetired()).isEqualTo(call.instructionsRetired() + 4);
            assertThat(traps.get(1).tval()).isEqualTo(0x300022f3);
            assertThat(traps.get(2).interrupt()).isTrue();
            assertThat(traps.get(2).delegation().orElseThrow()).hasToString("mideleg bit 1 is set");
            assertThat(traps.get(3).code()).isEqualTo(Cause.ECALL_USER);
            assertThat(traps.get(3).to()).isEqualTo(Privilege.SUPERVISOR);
            assertThat(traps.get(3).call().orElseThrow().name()).isEqualTo("system call 64 (write in Linux)");
            assertThat(watch.trapsSeen()).isEqualTo(4);
            assertThat(call.saved())
                    .extracting(Object::toString)
                    .containsExactly(
                            "mepc=" + Words.hex(call.epc()), "mcause=0x9", "mtval=0x0", "MPP=1", "MPIE=0", "MIE=0");
            assertThat(call.symbolOfHandler()).contains(new SymbolAt("machine_trap", 0));
            // The last one's are in the hart still.
            CsrFile csrs = machine.harts().getFirst().csrs;
            assertThat(traps.get(3).saved())
                    .containsExactly(
                            new TrapEvent.Saved("sepc", csrs.sepc.value),
                            new TrapEvent.Saved("scause", csrs.scause.value),
                            new TrapEvent.Saved("stval", csrs.stval.value),
                            new TrapEvent.Saved("SPP", csrs.mstatus.has(Mstatus.SPP) ? 1 : 0),
                            new TrapEvent.Saved("SPIE", csrs.mstatus.has(Mstatus.SPIE) ? 1 : 0),
                            new TrapEvent.Saved("SIE", csrs.mstatus.has(Mstatus.SIE) ? 1 : 0));
            assertThat(traps.get(3).saved().get(4).value()).isEqualTo(1);
            assertThat(traps.get(2).saved().get(1).value()).isEqualTo(Cause.INTERRUPT | 1);
            assertThat(watch.exits())
                    .containsExactly(
                            // The code at reset loads two addresses from the ROM that it stands in.
                            new Exit(Exit.Kind.MMIO, "rom read", 2),
                            new Exit(Exit.Kind.MMIO, "uart write", 2),
                            new Exit(Exit.Kind.MMIO, "clint read", 1),
                            new Exit(Exit.Kind.MMIO, "clint write", 1),
                            new Exit(Exit.Kind.MMIO, "finisher write", 1),
                            new Exit(Exit.Kind.MMIO, "uart read", 1),
                            new Exit(Exit.Kind.SBI_CALL, "TIME.set_timer", 1),
                            new Exit(Exit.Kind.SYSTEM_CALL, "environment call from U-mode", 1),
                            new Exit(Exit.Kind.PRIVILEGED, "csr mstatus", 1),
                            new Exit(Exit.Kind.SOFTWARE, "supervisor software interrupt", 1),
                            new Exit(Exit.Kind.WAIT, "wfi", 1));
        }
    }

    @Test
    void onlyTheLatestTrapsAreKeptAndAllAreCounted() {
        String forEver = "_start:\n la t0, _start\n csrw mtvec, t0\n ecall\n";
        try (Machine machine = Programs.bare(forEver).build();
                MachineWatch watch = MachineWatch.of(machine, 3)) {
            machine.step(1000);
            assertThat(watch.trapsSeen()).isGreaterThan(100);
            assertThat(watch.traps()).hasSize(3);
            assertThat(watch.traps(1).getFirst().sequence()).isEqualTo(watch.trapsSeen() - 1);
            assertThat(watch.traps().getFirst().delegation()).isEmpty();
            assertThat(watch.exits())
                    .endsWith(new Exit(Exit.Kind.EXCEPTION, "environment call from M-mode", watch.trapsSeen()));
        }
    }

    @Test
    void whoAsksWhileAHartTrapsSeesWholeTrapsWithoutAGap() throws InterruptedException {
        // Each call's arguments are one number, the next call's are the next number.
        String calls = """
                _start:
                    la t0, handler
                    csrw mtvec, t0
                    li t0, -1
                    csrw pmpaddr0, t0
                    li t0, 0x1f
                    csrw pmpcfg0, t0
                    li t0, 0x1800
                    csrc mstatus, t0
                    la t0, user
                    csrw mepc, t0
                    mret
                user:
                    addi a0, a0, 1
                    mv a1, a0
                    mv a2, a0
                    mv a3, a0
                    mv a4, a0
                    mv a5, a0
                    ecall
                    j user
                    .balign 4
                handler:
                    csrr t0, mepc
                    addi t0, t0, 4
                    csrw mepc, t0
                    mret
                """;
        try (Machine machine = Programs.bare(calls).build();
                MachineWatch watch = MachineWatch.of(machine, 5)) {
            machine.start();
            for (int i = 0; i < 60_000 && watch.trapsSeen() < 5; i++) {
                Thread.sleep(1);
            }
            int full = 0;
            for (int i = 0; i < 2_000; i++) {
                // Fewer, if the hart was faster than who asks.
                List<TrapEvent> traps = watch.traps();
                full += traps.size() == 5 ? 1 : 0;
                long first = traps.isEmpty() ? 0 : traps.getFirst().sequence();
                for (int k = 0; k < traps.size(); k++) {
                    TrapEvent trap = traps.get(k);
                    assertThat(trap.sequence()).isEqualTo(first + k);
                    assertThat(trap.call().orElseThrow().arguments()).containsOnly(trap.sequence() + 1);
                }
            }
            assertThat(full).isPositive();
            machine.pause();
            assertThat(watch.traps()).hasSize(5);
            assertThat(watch.traps().getLast().sequence()).isEqualTo(watch.trapsSeen() - 1);
        }
    }

    @Test
    void callsThatNoSpecificationNamesAreCountedTogether() {
        assertThat(SbiCalls.name(0x10, 3)).isEqualTo("BASE.probe_extension");
        assertThat(SbiCalls.name(1, 77)).isEqualTo("legacy.console_putchar");
        assertThat(SbiCalls.name(0x10, 7)).isEqualTo(SbiCalls.UNKNOWN);
        assertThat(SbiCalls.name(-1, 0)).isEqualTo(SbiCalls.UNKNOWN);
    }

    @Test
    void twoWatchAtOnceAndEachEndsForItself() {
        String program = "_start: lla t0, _start\n csrw mtvec, t0\n ecall\n";
        try (Machine machine = Programs.bare(program).build()) {
            MachineWatch first = MachineWatch.of(machine, 1);
            MachineWatch second = MachineWatch.of(machine, 1);
            while (first.trapsSeen() < 3) {
                machine.step(1);
            }
            assertThat(second.trapsSeen()).isEqualTo(3);
            first.close();
            while (second.trapsSeen() < 5) {
                machine.step(1);
            }
            assertThat(first.trapsSeen()).isEqualTo(3);
            second.close();
            assertThat(machine.harts().getFirst().observer()).isEqualTo(Observer.NONE);
        }
    }
}
