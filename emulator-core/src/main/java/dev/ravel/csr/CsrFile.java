package dev.ravel.csr;

import dev.ravel.fp.FloatStatus;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import dev.ravel.mmu.Pmp;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.TimeCounter;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All control and status registers of a hart: the table of what exists, and under which condition. Registers that the
 * trap path needs are fields.
 *
 * <p>The hypervisor extension would add the {@code vs} registers here and a second {@link Mstatus}; the table would
 * then be chosen by the virtualization mode.
 */
public final class CsrFile {
    private static final int COUNTERS = 32;
    private static final int TIME_INDEX = CsrNumber.TIME - CsrNumber.CYCLE;

    /** {@code misa}: RV64 with these, all of which are always on. */
    private static final long MISA = 2L << 62
            | letter('A')
            | letter('B')
            | letter('C')
            | letter('D')
            | letter('F')
            | letter('I')
            | letter('M')
            | letter('S')
            | letter('U');

    /** Exceptions that lower modes can cause: all but the environment call from M-mode. */
    private static final long DELEGABLE = 0xb3ff;

    /** Instructions are aligned to two bytes. */
    private static final long EXCEPTION_PC = ~1L;

    private static final long ALL = -1;
    private static final long ALL_COUNTERS = 0xffff_ffffL;

    /** What a PMP entry's numbers are saved as. */
    private static final List<String> PMP_CONFIG = StateWriter.numbered("pmp", Pmp.ENTRIES, ".cfg");

    private static final List<String> PMP_ADDRESS = StateWriter.numbered("pmp", Pmp.ENTRIES, ".addr");

    public final Mstatus mstatus = new Mstatus();
    public final Environment environment = new Environment();
    public final Interrupts interrupts;
    public final Register medeleg = Register.plain(CsrNumber.MEDELEG, DELEGABLE);
    public final Register mtvec = new TrapVector(CsrNumber.MTVEC);
    public final Register mepc = Register.plain(CsrNumber.MEPC, EXCEPTION_PC);
    public final Register mcause = Register.plain(CsrNumber.MCAUSE, ALL);
    public final Register mtval = Register.plain(CsrNumber.MTVAL, ALL);
    public final Register stvec = new TrapVector(CsrNumber.STVEC);
    public final Register sepc = Register.plain(CsrNumber.SEPC, EXCEPTION_PC);
    public final Register scause = Register.plain(CsrNumber.SCAUSE, ALL);
    public final Register stval = Register.plain(CsrNumber.STVAL, ALL);
    public final Satp satp = new Satp();

    private final Register mcounteren = Register.plain(CsrNumber.MCOUNTEREN, ALL_COUNTERS);
    private final Register scounteren = Register.plain(CsrNumber.SCOUNTEREN, ALL_COUNTERS);
    private final Counters counters;
    private final Pmp pmp;
    private final FloatStatus fp;
    private final TimeCounter time;

    private final @Nullable Csr[] csrs = new @Nullable Csr[CsrNumber.COUNT];
    private final Guard[] guards = new Guard[CsrNumber.COUNT];

    /**
     * The registers of one hart.
     *
     * @param hart {@code mhartid}
     * @param time what {@code time} shows and {@code stimecmp} compares with
     * @param retired how many instructions the hart has retired before the present one
     * @param timerLine where the comparator of {@code stimecmp} leads
     */
    public CsrFile(int hart, FloatStatus fp, Pmp pmp, TimeCounter time, LongSupplier retired, InterruptLine timerLine) {
        this.pmp = pmp;
        this.fp = fp;
        this.time = time;
        interrupts = new Interrupts(environment, time, timerLine);
        counters = new Counters(retired);

        for (Csr csr : FloatCsrs.all(fp, mstatus)) {
            add(csr, privilege -> mstatus.has(Mstatus.FS));
        }

        addCounter(CsrNumber.CYCLE, counters.cycle::read);
        addCounter(CsrNumber.TIME, time::value);
        addCounter(CsrNumber.INSTRET, counters.instret::read);
        for (int i = 0; i < COUNTERS - 3; i++) {
            addCounter(CsrNumber.HPMCOUNTER3 + i, () -> 0);
            add(Register.constant(CsrNumber.MHPMCOUNTER3 + i, 0));
            add(Register.constant(CsrNumber.MHPMEVENT3 + i, 0));
        }
        add(counters.cycle);
        add(counters.instret);
        add(counters.inhibit);
        add(mcounteren);
        add(scounteren);

        add(View.sstatus(mstatus));
        add(interrupts.sie());
        add(interrupts.sip());
        add(interrupts.stimecmp(), this::mayUseSupervisorTimer);
        add(stvec);
        add(environment.supervisor);
        add(Register.plain(CsrNumber.SSCRATCH, ALL));
        add(sepc);
        add(scause);
        add(stval);
        add(satp, privilege -> privilege == Privilege.MACHINE || !mstatus.has(Mstatus.TVM));

        add(mstatus);
        add(Register.constant(CsrNumber.MISA, MISA));
        add(medeleg);
        add(interrupts.delegated);
        add(interrupts.enabled);
        add(interrupts.mip());
        add(mtvec);
        add(environment.machine);
        add(Register.plain(CsrNumber.MSCRATCH, ALL));
        add(mepc);
        add(mcause);
        add(mtval);
        add(Register.constant(CsrNumber.MVENDORID, 0));
        add(Register.constant(CsrNumber.MARCHID, 0));
        add(Register.constant(CsrNumber.MIMPID, 0));
        add(Register.constant(CsrNumber.MHARTID, hart));
        add(Register.constant(CsrNumber.MCONFIGPTR, 0));

        for (int i = 0; i < 16; i += 2) {
            add(PmpCsrs.configs(CsrNumber.PMPCFG0 + i, pmp));
        }
        for (int i = 0; i < 64; i++) {
            add(PmpCsrs.address(CsrNumber.PMPADDR0 + i, pmp));
        }

        // Debug specification 1.0, 5.7: one trigger of type 0, which is how software finds that there are none.
        add(Register.constant(CsrNumber.TSELECT, 0));
        add(Register.constant(CsrNumber.TDATA1, 0));
        add(Register.constant(CsrNumber.TDATA2, 0));
        add(Register.constant(CsrNumber.TDATA3, 0));
        add(Register.constant(CsrNumber.TINFO, 1));
    }

    /** What {@code time} shows. */
    public TimeCounter time() {
        return time;
    }

    /** The register, if it exists and {@code privilege} may read it now, and write it if {@code write}. */
    public @Nullable Csr access(int number, int privilege, boolean write) {
        Csr csr = csrs[number];
        if (csr == null
                || privilege < CsrNumber.privilegeOf(number)
                || write && CsrNumber.isReadOnly(number)
                || !guards[number].permits(privilege)) {
            return null;
        }
        return csr;
    }

    /** The register whatever the privilege, for debuggers; null if there is none. */
    public @Nullable Csr find(int number) {
        return csrs[number];
    }

    /** Back to the state after reset. */
    public void reset() {
        for (Csr csr : csrs) {
            if (csr instanceof Register register) {
                register.reset();
            }
        }
        interrupts.reset();
        counters.reset();
        pmp.reset();
        fp.flags = 0;
        fp.roundingMode = 0;
    }

    /** Writes the state of all registers. */
    public void save(StateWriter out) {
        for (Csr csr : csrs) {
            if (csr instanceof Register register) {
                out.put(csr.name(), register.value);
            }
        }
        out.put("fcsr", fp.roundingMode << 5 | fp.flags);
        out.put("mip.software", interrupts.software);
        out.put("mip.lines", interrupts.lines());
        out.put("stimecmp", interrupts.timerCompare());
        out.put("mcycle", counters.cycle.base);
        out.put("minstret", counters.instret.base);
        for (int i = 0; i < Pmp.ENTRIES; i++) {
            out.put(PMP_CONFIG.get(i), pmp.config(i));
            out.put(PMP_ADDRESS.get(i), pmp.address(i));
        }
    }

    /** Reads back what {@link #save} wrote; the hart's own count of instructions must have been restored before. */
    public void restore(StateReader in) {
        for (Csr csr : csrs) {
            if (csr instanceof Register register) {
                register.value = in.get(csr.name());
            }
        }
        long fcsr = in.get("fcsr");
        fp.flags = (int) fcsr & 0x1f;
        fp.roundingMode = (int) fcsr >> 5 & 7;
        interrupts.restore(in.get("mip.software"), in.get("mip.lines"), in.get("stimecmp"));
        counters.restore(in.get("mcycle"), in.get("minstret"));
        for (int i = 0; i < Pmp.ENTRIES; i++) {
            pmp.restore(i, (int) in.get(PMP_CONFIG.get(i)), in.get(PMP_ADDRESS.get(i)));
        }
    }

    private void addCounter(int number, LongSupplier source) {
        long bit = 1L << number - CsrNumber.CYCLE;
        add(View.readOnly(number, source), privilege -> mayCount(bit, privilege));
    }

    /** Privileged 1.13, 3.1.11 and 12.1.5. */
    private boolean mayCount(long bit, int privilege) {
        return privilege == Privilege.MACHINE
                || (mcounteren.value & bit) != 0
                        && (privilege == Privilege.SUPERVISOR || (scounteren.value & bit) != 0);
    }

    private boolean mayUseSupervisorTimer(int privilege) {
        return privilege == Privilege.MACHINE
                || environment.supervisorTimer() && mayCount(1L << TIME_INDEX, Privilege.SUPERVISOR);
    }

    private void add(Csr csr) {
        add(csr, Guard.NONE);
    }

    private void add(Csr csr, Guard guard) {
        csrs[csr.number()] = csr;
        guards[csr.number()] = guard;
    }

    private static long letter(char extension) {
        return 1L << extension - 'A';
    }
}
