package dev.ravel.csr;

import static dev.ravel.isa.Privilege.MACHINE;
import static dev.ravel.isa.Privilege.SUPERVISOR;
import static dev.ravel.isa.Privilege.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.hart.HartRig;
import dev.ravel.isa.CsrNumber;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may read and write what. */
class CsrAccessTest {
    private final HartRig rig = new HartRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static Set<Integer> expected() {
        Set<Integer> numbers = new TreeSet<>();
        String names = "fflags frm fcsr cycle time instret "
                + "sstatus sie stvec scounteren senvcfg sscratch sepc scause stval sip stimecmp satp "
                + "mvendorid marchid mimpid mhartid mconfigptr mstatus misa medeleg mideleg mie mtvec "
                + "mcounteren menvcfg "
                + "mscratch mepc mcause mtval mip mcycle minstret mcountinhibit tselect tdata1 tdata2 tdata3 tinfo";
        for (String name : names.split(" ")) {
            numbers.add(CsrNumber.byName(name).orElseThrow());
        }
        for (int i = 3; i < 32; i++) {
            for (String name : new String[] {"hpmcounter", "mhpmcounter", "mhpmevent"}) {
                numbers.add(CsrNumber.byName(name + i).orElseThrow());
            }
        }
        for (int i = 0; i < 64; i++) {
            numbers.add(CsrNumber.byName("pmpaddr" + i).orElseThrow());
        }
        for (int i = 0; i < 16; i += 2) {
            numbers.add(CsrNumber.byName("pmpcfg" + i).orElseThrow());
        }
        return numbers;
    }

    @Test
    void machineModeReadsExactlyTheRegistersOfTheSpecification() {
        rig.hart.csrs.mstatus.value |= Mstatus.FS;
        Set<Integer> readable = new TreeSet<>();
        IntStream.range(0, 4096).filter(csr -> rig.readable(csr, MACHINE)).forEach(readable::add);
        assertThat(readable).isEqualTo(expected());
    }

    @Test
    void lowerModesReadOnlyRegistersOfTheirOwn() {
        rig.hart.csrs.mstatus.value |= Mstatus.FS;
        rig.write(CsrNumber.MCOUNTEREN, -1);
        rig.write(CsrNumber.SCOUNTEREN, -1);
        rig.write(CsrNumber.MENVCFG, Environment.STCE);
        for (int csr : expected()) {
            // Bits 9 and 8 of the number are the mode (Privileged 1.13, 2.1).
            int lowest = csr >> 8 & 3;
            assertThat(rig.readable(csr, USER)).as("%x in U", csr).isEqualTo(lowest == 0);
            assertThat(rig.readable(csr, SUPERVISOR)).as("%x in S", csr).isEqualTo(lowest <= 1);
        }
    }

    @Test
    void writesToReadOnlyNumbersAreIllegalAndSettingNoBitsIsNoWrite() {
        for (int csr : expected()) {
            if (csr >> 10 == 3) {
                assertThat(rig.writable(csr, MACHINE)).as("%x", csr).isFalse();
                assertThat(rig.readable(csr, MACHINE)).as("%x", csr).isTrue();
            }
        }
        int csrrsi = CsrNumber.MHARTID << 20 | 1 << 15 | 6 << 12 | 0x73;
        rig.execute(csrrsi);
        assertThat(rig.wasIllegal(csrrsi)).isTrue();
    }

    @Test
    void anIllegalAccessReportsTheInstruction() {
        rig.hart.setPrivilege(USER);
        int bits = CsrNumber.MSCRATCH << 20 | 5 << 15 | 1 << 12 | 6 << 7 | 0x73;
        rig.hart.x[6] = 77;
        rig.hart.pc = HartRig.BASE + 0x40;
        rig.execute(bits);
        assertThat(rig.wasIllegal(bits)).isTrue();
        assertThat(rig.hart.csrs.mepc.value).isEqualTo(HartRig.BASE + 0x40);
        assertThat(rig.hart.x[6]).as("rd is not written").isEqualTo(77);
    }

    @Test
    void countersAreOpenedModeByMode() {
        for (int bit = 0; bit < 32; bit++) {
            int csr = CsrNumber.CYCLE + bit;
            for (int open = 0; open < 4; open++) {
                rig.hart.setPrivilege(MACHINE);
                rig.write(CsrNumber.MCOUNTEREN, (open & 1) != 0 ? 1L << bit : ~(1L << bit));
                rig.write(CsrNumber.SCOUNTEREN, (open & 2) != 0 ? 1L << bit : ~(1L << bit));
                assertThat(rig.readable(csr, MACHINE)).isTrue();
                assertThat(rig.readable(csr, SUPERVISOR)).isEqualTo((open & 1) != 0);
                assertThat(rig.readable(csr, USER)).isEqualTo(open == 3);
            }
        }
    }

    @Test
    void floatingPointRegistersNeedFs() {
        for (int csr = CsrNumber.FFLAGS; csr <= CsrNumber.FCSR; csr++) {
            rig.hart.csrs.mstatus.value &= ~Mstatus.FS;
            assertThat(rig.readable(csr, MACHINE)).isFalse();
            rig.hart.csrs.mstatus.value |= 1L << Mstatus.FS_SHIFT;
            assertThat(rig.readable(csr, USER)).isTrue();
        }
    }

    @Test
    void satpTrapsInSupervisorModeWithTvm() {
        assertThat(rig.readable(CsrNumber.SATP, SUPERVISOR)).isTrue();
        rig.hart.csrs.mstatus.value |= Mstatus.TVM;
        assertThat(rig.readable(CsrNumber.SATP, SUPERVISOR)).isFalse();
        assertThat(rig.writable(CsrNumber.SATP, SUPERVISOR)).isFalse();
        assertThat(rig.readable(CsrNumber.SATP, MACHINE)).isTrue();
    }

    @Test
    void stimecmpNeedsBothStceAndTheTimeCounter() {
        for (int open = 0; open < 4; open++) {
            rig.hart.setPrivilege(MACHINE);
            rig.write(CsrNumber.MENVCFG, (open & 1) != 0 ? Environment.STCE : 0);
            rig.write(CsrNumber.MCOUNTEREN, (open & 2) != 0 ? 2 : 0);
            assertThat(rig.readable(CsrNumber.STIMECMP, MACHINE)).isTrue();
            assertThat(rig.readable(CsrNumber.STIMECMP, SUPERVISOR)).isEqualTo(open == 3);
        }
    }
}
