package dev.ravel.hart;

import static dev.ravel.isa.Privilege.MACHINE;
import static dev.ravel.isa.Privilege.SUPERVISOR;
import static dev.ravel.isa.Privilege.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.csr.Mstatus;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.observe.Observer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrapTest {
    private static final long AT = HartRig.BASE + 0x4000;

    private final HartRig rig = new HartRig();
    private final Hart hart = rig.hart;

    @AfterEach
    void close() {
        rig.close();
    }

    private void trapIn(int privilege, int cause, long tval) {
        hart.setPrivilege(privilege);
        hart.pc = AT;
        hart.raise(cause, tval);
        hart.takeTrap();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15})
    void anExceptionGoesToSupervisorModeIfItIsDelegatedAndNotFromMachineMode(int cause) {
        for (int from : new int[] {USER, SUPERVISOR, MACHINE}) {
            for (boolean delegated : new boolean[] {false, true}) {
                hart.csrs.medeleg.value = delegated ? 1L << cause : ~(1L << cause);
                trapIn(from, cause, 0x55);
                boolean toSupervisor = delegated && from != MACHINE;
                assertThat(hart.privilege()).isEqualTo(toSupervisor ? SUPERVISOR : MACHINE);
                assertThat(hart.pc).isEqualTo(toSupervisor ? HartRig.SUPERVISOR_VECTOR : HartRig.MACHINE_VECTOR);
                if (toSupervisor) {
                    assertThat(hart.csrs.sepc.value).isEqualTo(AT);
                    assertThat(hart.csrs.scause.value).isEqualTo(cause);
                    assertThat(hart.csrs.stval.value).isEqualTo(0x55);
                    assertThat(hart.csrs.mstatus.has(Mstatus.SPP)).isEqualTo(from == SUPERVISOR);
                } else {
                    assertThat(hart.csrs.mepc.value).isEqualTo(AT);
                    assertThat(hart.csrs.mcause.value).isEqualTo(cause);
                    assertThat(hart.csrs.mtval.value).isEqualTo(0x55);
                    assertThat(hart.csrs.mstatus.mpp()).isEqualTo(from);
                }
            }
        }
    }

    @Test
    void anEnvironmentCallFromMachineModeCannotBeDelegated() {
        assertThat(rig.writeThenRead(CsrNumber.MEDELEG, -1) & 1 << Cause.ECALL_MACHINE)
                .isZero();
    }

    @Test
    void trapsStackTheInterruptEnables() {
        hart.csrs.mstatus.value |= Mstatus.MIE | Mstatus.SIE;
        hart.csrs.medeleg.value = 1L << Cause.BREAKPOINT;
        trapIn(USER, Cause.BREAKPOINT, 0);
        assertThat(hart.csrs.mstatus.has(Mstatus.SIE)).isFalse();
        assertThat(hart.csrs.mstatus.has(Mstatus.SPIE)).isTrue();
        assertThat(hart.csrs.mstatus.has(Mstatus.MIE)).isTrue();
        trapIn(SUPERVISOR, Cause.ILLEGAL_INSTRUCTION, 0);
        assertThat(hart.csrs.mstatus.has(Mstatus.MIE)).isFalse();
        assertThat(hart.csrs.mstatus.has(Mstatus.MPIE)).isTrue();
        assertThat(hart.csrs.mstatus.has(Mstatus.SPIE)).isTrue();
    }

    @Test
    void mretGoesBackAndClearsMprvWhenItLeavesMachineMode() {
        for (int to : new int[] {USER, SUPERVISOR, MACHINE}) {
            hart.setPrivilege(MACHINE);
            rig.write(CsrNumber.MSTATUS, (long) to << 11 | Mstatus.MPIE | Mstatus.MPRV);
            hart.csrs.mepc.value = AT;
            assertThat(rig.execute("mret")).isEqualTo(Outcome.LEAVE);
            assertThat(hart.pc).isEqualTo(AT);
            assertThat(hart.privilege()).isEqualTo(to);
            assertThat(hart.csrs.mstatus.has(Mstatus.MIE)).isTrue();
            assertThat(hart.csrs.mstatus.has(Mstatus.MPIE)).isTrue();
            assertThat(hart.csrs.mstatus.mpp()).isEqualTo(USER);
            assertThat(hart.csrs.mstatus.has(Mstatus.MPRV)).isEqualTo(to == MACHINE);
        }
    }

    @Test
    void sretGoesBackAndClearsMprv() {
        for (int to : new int[] {USER, SUPERVISOR}) {
            for (int from : new int[] {SUPERVISOR, MACHINE}) {
                hart.setPrivilege(MACHINE);
                rig.write(CsrNumber.MSTATUS, (to == USER ? 0 : Mstatus.SPP) | Mstatus.SIE | Mstatus.MPRV);
                hart.csrs.sepc.value = AT;
                hart.setPrivilege(from);
                assertThat(rig.execute("sret")).isEqualTo(Outcome.LEAVE);
                assertThat(hart.pc).isEqualTo(AT);
                assertThat(hart.privilege()).isEqualTo(to);
                assertThat(hart.csrs.mstatus.has(Mstatus.SIE)).isFalse();
                assertThat(hart.csrs.mstatus.has(Mstatus.SPIE)).isTrue();
                assertThat(hart.csrs.mstatus.has(Mstatus.SPP)).isFalse();
                assertThat(hart.csrs.mstatus.has(Mstatus.MPRV)).isFalse();
            }
        }
    }

    @Test
    void privilegedInstructionsAreIllegalBelowTheirModeAndWhereTheyAreTrapped() {
        record Case(String mnemonic, int lowest, long trappedBy) {}
        List<Case> cases = List.of(
                new Case("mret", MACHINE, 0),
                new Case("sret", SUPERVISOR, Mstatus.TSR),
                new Case("wfi", SUPERVISOR, Mstatus.TW),
                new Case("sfence.vma", SUPERVISOR, Mstatus.TVM),
                new Case("sinval.vma", SUPERVISOR, Mstatus.TVM),
                new Case("sfence.w.inval", SUPERVISOR, 0),
                new Case("sfence.inval.ir", SUPERVISOR, 0),
                new Case("wrs.nto", USER, 0),
                new Case("wrs.sto", USER, 0),
                new Case("fence.i", USER, 0));
        for (Case c : cases) {
            for (int privilege : new int[] {USER, SUPERVISOR, MACHINE}) {
                for (long status : new long[] {0, Mstatus.TSR, Mstatus.TW, Mstatus.TVM}) {
                    hart.setPrivilege(MACHINE);
                    rig.write(CsrNumber.MSTATUS, status);
                    hart.setPrivilege(privilege);
                    boolean trapped = privilege == SUPERVISOR && status != 0 && status == c.trappedBy;
                    assertThat(rig.execute(c.mnemonic) == Outcome.TRAP)
                            .as("%s in mode %d with %x", c.mnemonic, privilege, status)
                            .isEqualTo(privilege < c.lowest || trapped);
                    hart.csrs.sepc.value = AT;
                }
            }
        }
    }

    @Test
    void environmentCallsTellTheModeAndBreakpointsTheirAddress() {
        int[] causes = {Cause.ECALL_USER, Cause.ECALL_SUPERVISOR, 10, Cause.ECALL_MACHINE};
        for (int privilege : new int[] {USER, SUPERVISOR, MACHINE}) {
            hart.setPrivilege(privilege);
            rig.execute("ecall");
            assertThat(hart.csrs.mcause.value).isEqualTo(causes[privilege]);
            assertThat(hart.csrs.mtval.value).isZero();
        }
        hart.pc = AT;
        rig.execute("ebreak");
        assertThat(hart.csrs.mcause.value).isEqualTo(Cause.BREAKPOINT);
        assertThat(hart.csrs.mtval.value).isEqualTo(AT);
        assertThat(hart.csrs.mepc.value).isEqualTo(AT);
    }

    @Test
    void cacheBlockOperationsAreOpenedModeByMode() {
        record Case(int bits, long field) {}
        List<Case> cases = List.of(
                new Case(11 << 15 | 2 << 12 | 0xf, 1 << 4),
                new Case(11 << 15 | 2 << 12 | 0xf, 3 << 4),
                new Case(1 << 20 | 11 << 15 | 2 << 12 | 0xf, 1 << 6),
                new Case(2 << 20 | 11 << 15 | 2 << 12 | 0xf, 1 << 6),
                new Case(4 << 20 | 11 << 15 | 2 << 12 | 0xf, 1 << 7));
        hart.mmu.pmp().setAddress(0, -1);
        hart.mmu.pmp().setConfig(0, 0x1f);
        for (Case c : cases) {
            for (int open = 0; open < 4; open++) {
                for (int privilege : new int[] {USER, SUPERVISOR, MACHINE}) {
                    hart.setPrivilege(MACHINE);
                    rig.write(CsrNumber.MENVCFG, (open & 1) != 0 ? c.field : 0xf0 & ~c.field & ~0x30);
                    rig.write(CsrNumber.SENVCFG, (open & 2) != 0 ? c.field : 0xf0 & ~c.field & ~0x30);
                    hart.setPrivilege(privilege);
                    hart.x[11] = HartRig.BASE;
                    boolean legal = privilege == MACHINE || open == 3 || open == 1 && privilege == SUPERVISOR;
                    assertThat(rig.execute(c.bits) != Outcome.TRAP)
                            .as("%x in mode %d, open %d", c.bits, privilege, open)
                            .isEqualTo(legal);
                }
            }
        }
    }

    @Test
    void anObserverSeesTrapsAndInterrupts() {
        List<String> seen = new ArrayList<>();
        hart.setObserver(new Observer() {
            @Override
            public void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
                seen.add("trap " + cause + " " + (epc - HartRig.BASE) + " " + tval + " " + from + ">" + to);
            }

            @Override
            public void interruptTaken(int id, int code, long epc, int from, int to) {
                seen.add("interrupt " + code + " " + from + ">" + to);
            }
        });
        trapIn(SUPERVISOR, Cause.LOAD_ACCESS, 7);
        hart.setPrivilege(USER);
        rig.hart.csrs.interrupts.enabled.value = -1;
        hart.setLine(Cause.MACHINE_TIMER, true);
        hart.takeInterrupt();
        assertThat(seen).containsExactly("trap 5 16384 7 1>3", "interrupt 7 0>3");
    }
}
