package dev.ravel.hart;

import static dev.ravel.isa.Privilege.MACHINE;
import static dev.ravel.isa.Privilege.SUPERVISOR;
import static dev.ravel.isa.Privilege.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.csr.Csr;
import dev.ravel.csr.Environment;
import dev.ravel.csr.Interrupts;
import dev.ravel.csr.Mstatus;
import dev.ravel.device.SavedState;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InterruptTest {
    private static final long AT = HartRig.BASE + 0x4000;

    private final HartRig rig = new HartRig();
    private final Hart hart = rig.hart;

    @AfterEach
    void close() {
        rig.close();
    }

    private void raiseAll() {
        rig.write(CsrNumber.MIP, Interrupts.SUPERVISOR);
        hart.setLine(Cause.MACHINE_SOFTWARE, true);
        hart.setLine(Cause.MACHINE_TIMER, true);
        hart.setLine(Cause.MACHINE_EXTERNAL, true);
    }

    /** Takes interrupts one after the other, each disabled once it was taken; their codes, negative if in S-mode. */
    private List<Integer> order(int privilege) {
        List<Integer> codes = new ArrayList<>();
        while (true) {
            hart.setPrivilege(privilege);
            hart.pc = AT;
            if (!hart.takeInterrupt()) {
                return codes;
            }
            boolean machine = hart.privilege() == MACHINE;
            long cause = machine ? hart.csrs.mcause.value : hart.csrs.scause.value;
            assertThat(cause).isNegative();
            assertThat(machine ? hart.csrs.mepc.value : hart.csrs.sepc.value).isEqualTo(AT);
            int code = (int) cause;
            codes.add(machine ? code : -code);
            hart.csrs.interrupts.enabled.value &= ~(1L << code);
        }
    }

    @Test
    void interruptsAreTakenInTheOrderOfTheSpecification() {
        raiseAll();
        rig.write(CsrNumber.MIE, -1);
        assertThat(order(USER)).containsExactly(11, 3, 7, 9, 1, 5);
    }

    @Test
    void thoseForMachineModeComeBeforeDelegatedOnes() {
        raiseAll();
        rig.write(CsrNumber.MIE, -1);
        rig.write(CsrNumber.MIDELEG, Interrupts.SEIP);
        assertThat(order(USER)).containsExactly(11, 3, 7, 1, 5, -9);
    }

    @Test
    void aModeTakesItsOwnOnlyWhenEnabledAndNeverThoseOfLowerModes() {
        raiseAll();
        rig.write(CsrNumber.MIDELEG, -1);
        for (int privilege : new int[] {USER, SUPERVISOR, MACHINE}) {
            for (long status : new long[] {0, Mstatus.SIE, Mstatus.MIE}) {
                hart.csrs.mstatus.value = hart.csrs.mstatus.value & ~(Mstatus.SIE | Mstatus.MIE) | status;
                hart.setPrivilege(privilege);
                hart.csrs.interrupts.enabled.value = Interrupts.SUPERVISOR;
                boolean supervisor = privilege == USER || privilege == SUPERVISOR && status == Mstatus.SIE;
                assertThat(hart.takeInterrupt())
                        .as("S in %d with %x", privilege, status)
                        .isEqualTo(supervisor);
                hart.csrs.mstatus.value = hart.csrs.mstatus.value & ~(Mstatus.SIE | Mstatus.MIE) | status;
                hart.setPrivilege(privilege);
                hart.csrs.interrupts.enabled.value = Interrupts.MTIP;
                boolean machine = privilege != MACHINE || status == Mstatus.MIE;
                assertThat(hart.takeInterrupt())
                        .as("M in %d with %x", privilege, status)
                        .isEqualTo(machine);
            }
        }
    }

    @Test
    void vectoredModeSpreadsInterruptsAndNotExceptions() {
        rig.write(CsrNumber.MTVEC, HartRig.MACHINE_VECTOR | 1);
        rig.write(CsrNumber.STVEC, HartRig.SUPERVISOR_VECTOR | 1);
        rig.write(CsrNumber.MIDELEG, Interrupts.STIP);
        rig.write(CsrNumber.MIE, -1);
        hart.setLine(Cause.MACHINE_EXTERNAL, true);
        hart.setPrivilege(SUPERVISOR);
        hart.takeInterrupt();
        assertThat(hart.pc).isEqualTo(HartRig.MACHINE_VECTOR + 44);
        hart.setLine(Cause.MACHINE_EXTERNAL, false);
        hart.csrs.interrupts.enabled.value = Interrupts.STIP;
        rig.write(CsrNumber.MIP, Interrupts.STIP);
        hart.setPrivilege(USER);
        hart.takeInterrupt();
        assertThat(hart.pc).isEqualTo(HartRig.SUPERVISOR_VECTOR + 20);
        rig.execute("ecall");
        assertThat(hart.pc).isEqualTo(HartRig.MACHINE_VECTOR);
    }

    @Test
    void wfiWaitsUnlessAnEnabledInterruptIsPendingWhateverMstatusSays() {
        assertThat(rig.execute("wfi")).isEqualTo(Outcome.WAIT);
        assertThat(hart.pc).isEqualTo(HartRig.BASE + 4);
        hart.setLine(Cause.MACHINE_TIMER, true);
        assertThat(rig.execute("wfi")).as("pending, not enabled in mie").isEqualTo(Outcome.WAIT);
        rig.write(CsrNumber.MIE, Interrupts.MTIP);
        assertThat(rig.execute("wfi")).as("enabled in mie, not in mstatus").isEqualTo(Outcome.LEAVE);
    }

    @Test
    void whateverMakesAnInterruptTakeableAsksForAttention() {
        hart.setLine(Cause.MACHINE_TIMER, true);
        assertThat(hart.needsAttention()).isTrue();
        hart.clearAttention();
        hart.setLine(Cause.MACHINE_TIMER, true);
        assertThat(hart.needsAttention()).as("nothing changed").isFalse();
        rig.write(CsrNumber.MIE, Interrupts.MTIP);
        assertThat(hart.needsAttention()).as("MIE is clear").isFalse();
        rig.write(CsrNumber.MSTATUS, Mstatus.MIE);
        assertThat(hart.needsAttention()).isTrue();
        rig.write(CsrNumber.MSTATUS, 0);
        hart.clearAttention();
        rig.execute("mret");
        assertThat(hart.needsAttention()).as("user mode cannot hold it back").isTrue();
    }

    @Test
    void theSupervisorsTimerAsksForAttentionWhenItsTimeHasCome() {
        rig.write(CsrNumber.MENVCFG, Environment.STCE);
        rig.write(CsrNumber.MIE, Interrupts.STIP);
        rig.write(CsrNumber.STIMECMP, 500);
        hart.setPrivilege(USER);
        assertThat(hart.takeInterrupt()).isFalse();
        assertThat(rig.events.nextDeadline()).isEqualTo(500);
        rig.clock.ticks = 500;
        rig.events.runDue(500);
        assertThat(hart.needsAttention()).isTrue();
        assertThat(hart.takeInterrupt()).isTrue();
    }

    @Test
    @Timeout(10)
    void aWaitingHartWakesWhenAnotherThreadDrivesAWireOrAsks() throws InterruptedException {
        rig.write(CsrNumber.MIE, Interrupts.MEIP);
        for (Runnable waker :
                List.<Runnable>of(() -> hart.setLine(Cause.MACHINE_EXTERNAL, true), hart::requestAttention)) {
            hart.setLine(Cause.MACHINE_EXTERNAL, false);
            hart.clearAttention();
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                waker.run();
            });
            long start = System.nanoTime();
            hart.awaitAttention(TimeUnit.SECONDS.toNanos(60));
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(9));
            assertThat(hart.needsAttention()).isTrue();
            other.join();
        }
    }

    @Test
    @Timeout(10)
    void waitingEndsAtItsTimeOrAtOnceIfAnInterruptIsReady() {
        long start = System.nanoTime();
        hart.awaitAttention(5_000_000);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000);
        rig.write(CsrNumber.MIE, Interrupts.MSIP);
        hart.setLine(Cause.MACHINE_SOFTWARE, true);
        hart.clearAttention();
        hart.awaitAttention(TimeUnit.SECONDS.toNanos(60));
    }

    @Test
    void resetClearsEverythingButTheWires() {
        hart.x[5] = 9;
        rig.write(CsrNumber.MSCRATCH, 4);
        rig.write(CsrNumber.SATP, 8L << 60 | 5);
        rig.write(CsrNumber.MENVCFG, -1);
        rig.write(CsrNumber.MCOUNTINHIBIT, -1);
        rig.write(CsrNumber.PMPCFG0, 0x9f);
        rig.write(CsrNumber.STIMECMP, 3);
        hart.setLine(Cause.MACHINE_EXTERNAL, true);
        hart.setPrivilege(USER);
        hart.reset(0x1000);
        assertThat(hart.pc).isEqualTo(0x1000);
        assertThat(hart.privilege()).isEqualTo(MACHINE);
        assertThat(hart.x[5]).isZero();
        for (String name : "mscratch satp mcountinhibit pmpcfg0 mie mideleg medeleg".split(" ")) {
            assertThat(rig.read(CsrNumber.byName(name).orElseThrow())).as(name).isZero();
        }
        assertThat(rig.read(CsrNumber.MENVCFG)).isEqualTo(Environment.ADUE | Environment.PBMTE);
        assertThat(rig.read(CsrNumber.STIMECMP)).as("never").isEqualTo(-1);
        assertThat(rig.read(CsrNumber.MIP)).isEqualTo(Interrupts.MEIP);
    }

    @Test
    void aRestoredHartIsTheSavedOne() {
        hart.x[7] = 77;
        hart.f[3] = 33;
        rig.write(CsrNumber.MSTATUS, 3 << 13 | Mstatus.MPRV);
        rig.write(CsrNumber.FCSR, 0x45);
        rig.write(CsrNumber.MENVCFG, Environment.STCE);
        rig.write(CsrNumber.STIMECMP, 1234);
        rig.write(CsrNumber.MINSTRET, 1_000_000);
        rig.write(CsrNumber.MCOUNTINHIBIT, 1);
        rig.write(CsrNumber.PMPADDR0 + 3, 0x3333);
        rig.write(CsrNumber.PMPCFG0, 0x9b00_0000L);
        rig.write(CsrNumber.MIP, Interrupts.SSIP);
        hart.setPrivilege(SUPERVISOR);
        hart.pc = AT;
        SavedState state = new SavedState();
        hart.save(state);
        try (HartRig other = new HartRig()) {
            other.hart.restore(state);
            assertThat(other.hart.x).isEqualTo(hart.x);
            assertThat(other.hart.f).isEqualTo(hart.f);
            assertThat(other.hart.instret).isEqualTo(hart.instret);
            assertThat(other.hart.privilege()).isEqualTo(SUPERVISOR);
            assertThat(other.hart.pc).isEqualTo(AT);
            other.hart.setPrivilege(MACHINE);
            hart.setPrivilege(MACHINE);
            for (int number = 0; number < 4096; number++) {
                Csr mine = hart.csrs.find(number);
                Csr its = other.hart.csrs.find(number);
                if (mine != null && its != null) {
                    assertThat(its.read()).as(mine.name()).isEqualTo(mine.read());
                }
            }
        }
    }
}
