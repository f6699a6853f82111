package dev.ravel.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class HartViewTest {
    private static final String PROGRAM = """
            _start:
                li a0, 42
                li t0, 0x2000
                csrs mstatus, t0
                fcvt.d.l fa0, a0
            again:
                addi a0, a0, 1
                j again
            """;

    private static HartView view(Machine machine) {
        return HartView.of(machine.harts().getFirst(), Symbols.of(machine));
    }

    /** Past the boot ROM, to a symbol. */
    private static void stepTo(Machine machine, String symbol) {
        long address = Symbols.of(machine).address(symbol).orElseThrow();
        for (int i = 0; machine.harts().getFirst().pc != address; i++) {
            assertThat(i).isLessThan(1000);
            machine.step(1);
        }
    }

    @EveryEngine(variations = {})
    void aSampleShowsWhatTheProgramHasDone(TestEngine engine) {
        try (Machine machine = Programs.bare(PROGRAM).engine(engine.name()).build()) {
            stepTo(machine, "_start");
            HartView start = view(machine);
            assertThat(start.privilege()).isEqualTo(Privilege.MACHINE);
            assertThat(start.instruction().text()).isEqualTo("li a0,42");
            assertThat(start.instruction().symbol()).contains(new SymbolAt("_start", 0));
            stepTo(machine, "again");
            machine.step(1);
            HartView later = view(machine);
            assertThat(later.register("x10").orElseThrow()).isEqualTo(new RegisterView("x10", "a0", 43));
            assertThat(later.register("fa0").orElseThrow().value()).isEqualTo(Double.doubleToRawLongBits(42));
            assertThat(later.instructionsRetired()).isEqualTo(start.instructionsRetired() + 5);
            assertThat(later.instruction().target()).contains(new SymbolAt("again", 0));
            assertThat(later.changesSince(start))
                    .extracting(HartView.Change::name)
                    .containsExactly("t0", "a0", "fa0", "pc", "sstatus", "mstatus");
            assertThat(later.csr("mstatus")
                            .orElseThrow()
                            .field("FS")
                            .orElseThrow()
                            .meaning())
                    .isEqualTo("dirty");
        }
    }

    @Test
    void anAddressThatCannotBeFetchedIsSaidInTheInstructionsPlace() {
        try (Machine machine = Programs.bare(PROGRAM).build()) {
            machine.harts().getFirst().pc = 0x0b00_0000;
            assertThat(view(machine).instruction().text()).isEqualTo("instruction access fault");
            machine.harts().getFirst().pc = 0x1000_0000;
            assertThat(view(machine).instruction().text()).isEqualTo("registers of uart");
            assertThat(view(machine).instruction().symbol()).isEmpty();
        }
    }

    @Test
    void fieldsAreNamedAsInTheSpecification() {
        CsrView status = CsrView.of(CsrNumber.MSTATUS, 1L << 63 | 3 << 13 | 1 << 11 | 1 << 3);
        assertThat(status.section()).isEqualTo("Privileged 1.13, 3.1.6");
        assertThat(status.field("MPP").orElseThrow()).isEqualTo(new CsrField("MPP", 12, 11, 1, "supervisor"));
        assertThat(status.field("MIE").orElseThrow().value()).isEqualTo(1);
        assertThat(status.field("SIE").orElseThrow().meaning()).isEmpty();

        CsrView satp = CsrView.of(CsrNumber.SATP, 9L << 60 | 7L << 44 | 0x80123);
        assertThat(satp.fields())
                .containsExactly(
                        new CsrField("MODE", 63, 60, 9, "Sv48"),
                        new CsrField("ASID", 59, 44, 7, ""),
                        new CsrField("PPN", 43, 0, 0x80123, "root table at 0x80123000"));

        assertThat(CsrView.of(CsrNumber.SCAUSE, Cause.LOAD_ACCESS)
                        .fields()
                        .getLast()
                        .meaning())
                .isEqualTo("load access fault");
        assertThat(CsrView.of(CsrNumber.SCAUSE, Cause.INTERRUPT | Cause.SUPERVISOR_TIMER)
                        .fields()
                        .getLast()
                        .meaning())
                .isEqualTo("supervisor timer interrupt");
        assertThat(CsrView.of(CsrNumber.MIP, 1 << Cause.MACHINE_TIMER)
                        .field("MTIP")
                        .orElseThrow()
                        .meaning())
                .isEqualTo("machine timer interrupt is pending");
        assertThat(CsrView.of(CsrNumber.MEDELEG, 1 << Cause.ECALL_USER)
                        .field("bit 8")
                        .orElseThrow()
                        .meaning())
                .isEqualTo("environment call from U-mode goes to S");
        assertThat(CsrView.of(CsrNumber.PMPCFG0, 0x9f18)
                        .field("pmp1cfg")
                        .orElseThrow()
                        .meaning())
                .isEqualTo("NAPOT RWX locked");
        assertThat(CsrView.of(CsrNumber.PMPCFG0 + 2, 0)
                        .field("pmp8cfg")
                        .orElseThrow()
                        .meaning())
                .isEqualTo("off ---");
    }

    /** No field overlaps another, and each register that exists stands in the table. */
    @Test
    void everyRegisterOfAHartIsInTheTable() {
        try (Machine machine = Programs.bare(PROGRAM).build()) {
            for (CsrView csr : view(machine).csrs()) {
                assertThat(csr.section()).as(csr.name()).isNotEmpty();
                long used = 0;
                for (CsrField field : csr.fields()) {
                    long mask = (field.high() == 63 ? -1L : (1L << field.high() + 1) - 1) & -1L << field.low();
                    assertThat(used & mask).as(csr.name() + " " + field.name()).isZero();
                    used |= mask;
                    assertThat(csr.value() & mask).isEqualTo(field.value() << field.low());
                }
            }
            assertThat(List.of("mstatus", "satp", "medeleg", "pmpcfg0", "menvcfg", "stimecmp"))
                    .allMatch(name -> view(machine).csr(name).isPresent());
        }
    }
}
