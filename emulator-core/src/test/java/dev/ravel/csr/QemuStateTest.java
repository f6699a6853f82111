package dev.ravel.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.hart.Hart;
import dev.ravel.hart.HartRig;
import dev.ravel.isa.CsrNumber;
import dev.ravel.memory.Bus;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.TimeCounter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The registers against what a program printed on QEMU 10.0.2: {@code -M virt -bios none} and {@code -cpu} rv64 with
 * {@code h=off,v=off} and the extensions that Ravel has. Where both differ the table says why.
 */
class QemuStateTest {
    /** What is not zero after reset, here and on QEMU. */
    private static final Map<String, Long> AFTER_RESET = Map.of(
            "mstatus", 0xa_0000_0000L, "sstatus", 0x2_0000_0000L, "menvcfg", Environment.ADUE | Environment.PBMTE);

    /** What is not alike after reset: QEMU's {@code stimecmp}, {@code tdata1}, {@code tinfo} and {@code misa} follow. */
    private static final Map<String, Long> OTHERWISE = Map.of(
            // 0, so that the first instruction that turns Sstc on finds its interrupt pending. The specification leaves
            // it open.
            "stimecmp",
            -1L,
            // A trigger of type 2 (0x44 possible types): Ravel has no triggers.
            "tdata1",
            0L,
            "tinfo",
            1L,
            // Without B, although Zba, Zbb and Zbs are on: the specification says that B tells of them.
            "misa",
            0x8000_0000_0014_112fL);

    /** They count. */
    private static final Set<String> RUNNING = Set.of("cycle", "instret", "time", "mcycle", "minstret");

    private final HartRig rig = new HartRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void afterResetEveryRegisterReadsAsOnQemuOrForAReasonOtherwise() {
        Hart hart = new Hart(0, new Mmu(new Bus(rig.ram), 0), new TimeCounter(rig.clock, rig.events));
        hart.reset(HartRig.BASE);
        Map<String, Long> expected = new TreeMap<>();
        Map<String, Long> actual = new TreeMap<>();
        for (int number = 0; number < 4096; number++) {
            Csr csr = hart.csrs.find(number);
            if (csr != null && !RUNNING.contains(csr.name())) {
                expected.put(csr.name(), AFTER_RESET.getOrDefault(csr.name(), OTHERWISE.getOrDefault(csr.name(), 0L)));
                actual.put(csr.name(), csr.read());
            }
        }
        assertThat(actual).isEqualTo(expected);
    }

    /** All ones were written: what is read here, on QEMU, and why it is not the same. */
    @ParameterizedTest
    @CsvSource({
        "mstatus, 8000000a007e79aa, 8000000b007e79aa, UXL 3 is reserved",
        "sstatus, 80000002000c6122, 80000003000c6122, UXL 3 is reserved",
        "medeleg, b3ff, f4bfff, an environment call from M-mode cannot be delegated; no hypervisor",
        "mideleg, 222, 2666, no hypervisor and no counter overflow",
        "mie, aaa, ffffffffffffeaaa, interrupts that do not exist are 0",
        "mip, 222, 26e6, MTIP is pending there as mtimecmp is 0; STIP with stimecmp",
        "mcounteren, ffffffff, 7ffff, QEMU has 16 event counters",
        "scounteren, ffffffff, 7ffff, QEMU has 16 event counters",
        "mcountinhibit, 5, 7fffd, our event counters count nothing",
        "mhpmevent3, 0, f3ffffffffffffff, our event counters count nothing",
        "mhpmcounter3, 0, ffffffffffffffff, our event counters count nothing",
        "mepc, fffffffffffffffe, ffffffffffffffff, the lowest bit is always 0",
        "sepc, fffffffffffffffe, ffffffffffffffff, the lowest bit is always 0",
        "menvcfg, e0000000000000f1, f0000000000000f1, no Smcdeleg",
        "pmpaddr0, 3fffffffffffff, ffffffffffffffff, an address has 54 bits",
        "pmpaddr16, 0, none, 16 entries: the others may be absent or read-only zero",
        "tdata2, 0, ffffffffffffffff, no triggers",
    })
    void whatIsTakenOtherwiseIsWhatTheSpecificationSays(String name, String here, String qemu, String reason) {
        assertThat(Long.toHexString(rig.writeThenRead(CsrNumber.byName(name).orElseThrow(), -1)))
                .as(reason)
                .isEqualTo(here)
                .isNotEqualTo(qemu);
    }

    /** All ones and all zeros were written: what is read here and on QEMU. */
    @ParameterizedTest
    @CsvSource({
        "sscratch, ffffffffffffffff, 0",
        "scause, ffffffffffffffff, 0",
        "stval, ffffffffffffffff, 0",
        "stimecmp, ffffffffffffffff, 0",
        "senvcfg, f1, 0",
        "mscratch, ffffffffffffffff, 0",
        "mcause, ffffffffffffffff, 0",
        "mtval, ffffffffffffffff, 0",
        "satp, 0, 0",
        "sie, 0, 0",
        "sip, 0, 0",
        "tselect, 0, 0",
    })
    void theRestIsTakenAlike(String name, String ones, String zeros) {
        int csr = CsrNumber.byName(name).orElseThrow();
        assertThat(Long.toHexString(rig.writeThenRead(csr, -1))).isEqualTo(ones);
        assertThat(Long.toHexString(rig.writeThenRead(csr, 0))).isEqualTo(zeros);
    }
}
