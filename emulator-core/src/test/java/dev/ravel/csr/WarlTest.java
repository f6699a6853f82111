package dev.ravel.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.hart.HartRig;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a written value is taken. */
class WarlTest {
    private static final long FIXED_LENGTHS = 0xa_0000_0000L;

    private final HartRig rig = new HartRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /**
     * Bits that read as one after all ones were written, and after all zeros; from the specification's register
     * layouts.
     */
    @ParameterizedTest
    @CsvSource({
        "sstatus, 80000002000c6122, 200000000",
        "medeleg, b3ff, 0",
        "mideleg, 222, 0",
        "mie, aaa, 0",
        "mip, 222, 0",
        "mcounteren, ffffffff, 0",
        "scounteren, ffffffff, 0",
        "mcountinhibit, 5, 0",
        "mepc, fffffffffffffffe, 0",
        "sepc, fffffffffffffffe, 0",
        "mcause, ffffffffffffffff, 0",
        "scause, ffffffffffffffff, 0",
        "mtval, ffffffffffffffff, 0",
        "stval, ffffffffffffffff, 0",
        "mscratch, ffffffffffffffff, 0",
        "sscratch, ffffffffffffffff, 0",
        "menvcfg, e0000000000000f1, 0",
        "senvcfg, f1, 0",
        "misa, 800000000014112f, 800000000014112f",
        "pmpaddr15, 3fffffffffffff, 0",
        "pmpaddr16, 0, 0",
        "pmpcfg4, 0, 0",
        "pmpcfg14, 0, 0",
        "mhpmcounter3, 0, 0",
        "mhpmevent31, 0, 0",
        "tselect, 0, 0",
        "tdata1, 0, 0",
        "stimecmp, ffffffffffffffff, 0",
    })
    void allOnesAndAllZeros(String name, String ones, String zeros) {
        int csr = CsrNumber.byName(name).orElseThrow();
        assertThat(Long.toHexString(rig.writeThenRead(csr, -1))).isEqualTo(ones);
        assertThat(Long.toHexString(rig.writeThenRead(csr, 0))).isEqualTo(zeros);
    }

    @Test
    void mstatusTakesWhatMachineSupervisorAndUserModeHave() {
        assertThat(rig.writeThenRead(CsrNumber.MSTATUS, -1)).isEqualTo(1L << 63 | FIXED_LENGTHS | 0x7e_79aaL);
        assertThat(rig.writeThenRead(CsrNumber.MSTATUS, 0)).isEqualTo(FIXED_LENGTHS);
    }

    @Test
    void trapVectorsTakeNoReservedMode() {
        for (int csr : new int[] {CsrNumber.MTVEC, CsrNumber.STVEC}) {
            assertThat(rig.writeThenRead(csr, ~2L)).isEqualTo(~2L);
            assertThat(rig.writeThenRead(csr, 0x8000_0002L)).isEqualTo(~2L);
            assertThat(rig.writeThenRead(csr, 0x8000_0003L)).isEqualTo(~2L);
            assertThat(rig.writeThenRead(csr, 0x8000_0000L)).isEqualTo(0x8000_0000L);
        }
    }

    @Test
    void theReservedPreviousPrivilegeKeepsTheOldOne() {
        for (long mpp : new long[] {0, 1, 3}) {
            assertThat(rig.writeThenRead(CsrNumber.MSTATUS, mpp << 11)).isEqualTo(FIXED_LENGTHS | mpp << 11);
            assertThat(rig.writeThenRead(CsrNumber.MSTATUS, 2 << 11 | 8)).isEqualTo(FIXED_LENGTHS | mpp << 11 | 8);
        }
    }

    @Test
    void sdTellsThatFsIsDirty() {
        for (long fs = 0; fs < 4; fs++) {
            assertThat(rig.writeThenRead(CsrNumber.MSTATUS, fs << 13) < 0).isEqualTo(fs == 3);
        }
    }

    @Test
    void aWriteOfSstatusLeavesTheMachinesBitsAlone() {
        rig.write(CsrNumber.MSTATUS, 0x7e_79aa);
        rig.write(CsrNumber.SSTATUS, 0);
        // MIE, MPIE, MPP, MPRV, TVM, TW, TSR stay.
        assertThat(rig.read(CsrNumber.MSTATUS)).isEqualTo(FIXED_LENGTHS | 0x72_1888L);
    }

    @Test
    void satpTakesNoModeThatDoesNotExist() {
        for (long mode = 0; mode < 16; mode++) {
            rig.write(CsrNumber.SATP, 8L << 60 | 0x1234L << 44 | 0x8_0000);
            long wanted = mode << 60 | 0xffffL << 44 | 0x8_1234;
            boolean exists = mode == 0 || mode >= 8 && mode <= 10;
            assertThat(rig.writeThenRead(CsrNumber.SATP, wanted))
                    .as("mode %d", mode)
                    .isEqualTo(exists ? wanted : 8L << 60 | 0x1234L << 44 | 0x8_0000);
        }
    }

    @Test
    void cbieTakesNoReservedValue() {
        rig.write(CsrNumber.MENVCFG, 3 << 4);
        assertThat(rig.writeThenRead(CsrNumber.MENVCFG, 2 << 4)).isEqualTo(3 << 4);
        rig.write(CsrNumber.SENVCFG, 1 << 4);
        assertThat(rig.writeThenRead(CsrNumber.SENVCFG, 2 << 4)).isEqualTo(1 << 4);
    }

    @Test
    void pmpConfigurationsAreEightBytesOfWhichLockedOnesStay() {
        long written = 0x0f_1f_17_0b_0d_89_18_1fL;
        assertThat(rig.writeThenRead(CsrNumber.PMPCFG0, written)).isEqualTo(written);
        assertThat(rig.writeThenRead(CsrNumber.PMPCFG0, 0)).isEqualTo(0x89_0000L);
        assertThat(rig.writeThenRead(CsrNumber.PMPCFG0 + 2, 0x62))
                .as("reserved bits, W without R")
                .isZero();
    }

    @Test
    void supervisorViewsShowAndChangeWhatIsDelegated() {
        rig.write(CsrNumber.MIE, -1);
        rig.write(CsrNumber.MIDELEG, 0x202);
        assertThat(rig.read(CsrNumber.SIE)).isEqualTo(0x202);
        rig.write(CsrNumber.SIE, 0x20);
        assertThat(rig.read(CsrNumber.MIE)).isEqualTo(0x8a8);
        rig.write(CsrNumber.MIP, 0x222);
        assertThat(rig.read(CsrNumber.SIP)).isEqualTo(0x202);
        rig.write(CsrNumber.SIP, 0);
        assertThat(rig.read(CsrNumber.MIP)).as("only SSIP can be written").isEqualTo(0x220);
        rig.write(CsrNumber.MIDELEG, 0x200);
        rig.write(CsrNumber.SIP, 2);
        assertThat(rig.read(CsrNumber.MIP)).as("and only if it is delegated").isEqualTo(0x220);
    }

    @Test
    void seipReadsAsTheWireOrSoftwaresBitAndModifyingKeepsTheWireOut() {
        rig.hart.setLine(9, true);
        assertThat(rig.set(CsrNumber.MIP, 2)).isEqualTo(0x200);
        rig.hart.setLine(9, false);
        assertThat(rig.read(CsrNumber.MIP)).as("the wire was not written back").isEqualTo(2);
        rig.set(CsrNumber.MIP, 0x200);
        rig.hart.setLine(9, true);
        assertThat(rig.clear(CsrNumber.MIP, 0x200)).isEqualTo(0x202);
        assertThat(rig.read(CsrNumber.MIP)).isEqualTo(0x202);
        rig.hart.setLine(9, false);
        assertThat(rig.read(CsrNumber.MIP)).isEqualTo(2);
    }

    @Test
    void withSstcTheTimerBitFollowsTheComparisonAndCannotBeWritten() {
        rig.clock.ticks = 100;
        rig.write(CsrNumber.MIP, 0x20);
        rig.write(CsrNumber.STIMECMP, 150);
        rig.write(CsrNumber.MENVCFG, Environment.STCE);
        assertThat(rig.read(CsrNumber.MIP)).isZero();
        assertThat(rig.writeThenRead(CsrNumber.MIP, 0x20)).isZero();
        rig.clock.ticks = 150;
        rig.events.runDue(150);
        assertThat(rig.read(CsrNumber.MIP)).isEqualTo(0x20);
        rig.write(CsrNumber.STIMECMP, 151);
        assertThat(rig.read(CsrNumber.MIP)).as("at once").isZero();
        rig.write(CsrNumber.STIMECMP, 0);
        assertThat(rig.read(CsrNumber.MIP)).as("at once").isEqualTo(0x20);
        rig.write(CsrNumber.MENVCFG, 0);
        assertThat(rig.read(CsrNumber.MIP)).as("software's bit again").isEqualTo(0x20);
        rig.write(CsrNumber.MIP, 0);
        assertThat(rig.read(CsrNumber.MIP)).isZero();
    }

    @Test
    void whatIsWrittenToACounterIsWhatTheNextInstructionReads() {
        for (int csr : new int[] {CsrNumber.MCYCLE, CsrNumber.MINSTRET}) {
            rig.write(csr, 1000);
            assertThat(rig.read(csr)).isEqualTo(1000);
            assertThat(rig.read(csr)).isEqualTo(1001);
        }
        assertThat(rig.read(CsrNumber.INSTRET) - rig.read(CsrNumber.MINSTRET)).isEqualTo(-1);
        assertThat(rig.read(CsrNumber.CYCLE) - rig.read(CsrNumber.MCYCLE)).isEqualTo(-1);
    }

    @Test
    void inhibitedCountersStandStillAndGoOnFromThere() {
        rig.write(CsrNumber.MCOUNTINHIBIT, 4);
        long stopped = rig.read(CsrNumber.MINSTRET);
        assertThat(rig.read(CsrNumber.MINSTRET)).isEqualTo(stopped);
        long running = rig.read(CsrNumber.MCYCLE);
        assertThat(rig.read(CsrNumber.MCYCLE)).isEqualTo(running + 1);
        assertThat(rig.writeThenRead(CsrNumber.MINSTRET, 5)).isEqualTo(5);
        rig.write(CsrNumber.MCOUNTINHIBIT, 0);
        assertThat(rig.read(CsrNumber.MINSTRET)).isEqualTo(5);
        assertThat(rig.read(CsrNumber.MINSTRET)).isEqualTo(6);
    }

    @Test
    void timeIsTheMachines() {
        rig.clock.ticks = 12345;
        assertThat(rig.read(CsrNumber.TIME)).isEqualTo(12345);
    }

    @Test
    void fcsrIsFrmAndFflagsAndWritingAnyMakesFsDirty() {
        for (int csr = CsrNumber.FFLAGS; csr <= CsrNumber.FCSR; csr++) {
            rig.write(CsrNumber.MSTATUS, 1 << 13);
            rig.write(csr, 0);
            assertThat(rig.read(CsrNumber.MSTATUS) & Mstatus.FS).isEqualTo(Mstatus.FS);
        }
        assertThat(rig.writeThenRead(CsrNumber.FCSR, -1)).isEqualTo(0xff);
        rig.write(CsrNumber.FFLAGS, 0x2a);
        rig.write(CsrNumber.FRM, 0xb);
        assertThat(rig.read(CsrNumber.FCSR)).isEqualTo(3 << 5 | 0xa);
        assertThat(rig.hart.fp.roundingMode).isEqualTo(3);
        assertThat(rig.hart.fp.flags).isEqualTo(0xa);
    }

    @Test
    void writesThatChangeWhatEnginesAssumeLeaveTheBlock() {
        assertThat(rig.write(CsrNumber.MSCRATCH, 5)).isEqualTo(Outcome.NEXT);
        assertThat(rig.write(CsrNumber.MSTATUS, 3 << 13)).as("FS on").isEqualTo(Outcome.LEAVE);
        assertThat(rig.write(CsrNumber.MSTATUS, 2 << 13)).as("FS clean").isEqualTo(Outcome.LEAVE);
        assertThat(rig.write(CsrNumber.FFLAGS, 1)).isEqualTo(Outcome.NEXT);
        assertThat(rig.write(CsrNumber.FRM, 1)).as("rounding mode").isEqualTo(Outcome.LEAVE);
        assertThat(rig.write(CsrNumber.SATP, 8L << 60)).isEqualTo(Outcome.LEAVE);
        assertThat(rig.write(CsrNumber.PMPADDR0, 1)).isEqualTo(Outcome.LEAVE);
        assertThat(rig.write(CsrNumber.MSTATUS, 8)).as("MIE").isEqualTo(Outcome.LEAVE);
        rig.hart.setPrivilege(Privilege.SUPERVISOR);
        assertThat(rig.write(CsrNumber.SSCRATCH, 5)).isEqualTo(Outcome.NEXT);
    }
}
