package dev.ravel.hart;

import dev.ravel.csr.Csr;
import dev.ravel.csr.CsrFile;
import dev.ravel.csr.Effect;
import dev.ravel.csr.Environment;
import dev.ravel.csr.Mstatus;
import dev.ravel.fp.FloatStatus;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Privilege;
import dev.ravel.mmu.Mmu;
import dev.ravel.observe.Observer;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.TimeCounter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A hardware thread's architectural state, and what happens to it at traps and interrupts. Only the thread that runs
 * the hart touches it, except where a method says otherwise.
 *
 * <p>Other threads reach it in two ways: {@link #setLine} drives an interrupt wire, {@link #requestAttention} asks it
 * to come out of the engine. Both also wake it from {@link #awaitAttention}. The thread that runs it goes
 *
 * <pre>{@code
 * hart.clearAttention();            // before looking, so that what comes later is seen later
 * ... run events that are due ...
 * hart.takeInterrupt();
 * if (engine.run(hart, budget) == WAIT) {
 *     hart.awaitAttention(nanosecondsUntilTheNextEvent);
 * }
 * }</pre>
 */
public final class Hart {
    /** Where writes to {@code x0} go: engines give an instruction whose rd is 0 this register to write. */
    public static final int SINK = 32;

    /** No exception is pending. */
    public static final int NONE = -1;

    /** The order in which interrupts are taken (Privileged 1.13, 3.1.9). */
    private static final int[] INTERRUPT_ORDER = {
        Cause.MACHINE_EXTERNAL,
        Cause.MACHINE_SOFTWARE,
        Cause.MACHINE_TIMER,
        Cause.SUPERVISOR_EXTERNAL,
        Cause.SUPERVISOR_SOFTWARE,
        Cause.SUPERVISOR_TIMER
    };

    /** What the registers are saved as. */
    private static final List<String> X = StateWriter.numbered("x", 32, "");

    private static final List<String> F = StateWriter.numbered("f", 32, "");

    private static final VarHandle ATTENTION;

    static {
        try {
            ATTENTION = MethodHandles.lookup().findVarHandle(Hart.class, "attention", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Integer registers; {@code x[0]} is always 0, {@code x[SINK]} is a write-only place for results that nobody
     * wants.
     */
    public final long[] x = new long[33];

    /** Floating-point registers, raw, narrower values NaN-boxed. */
    public final long[] f = new long[32];

    /** {@code fcsr}. */
    public final FloatStatus fp = new FloatStatus();

    /** Program counter: exact whenever an engine is not inside a block, and whenever a control operation is called. */
    public long pc;

    /** Retired instructions since reset: exact whenever {@link #pc} is. */
    public long instret;

    /** Exceptions and interrupts taken since reset. */
    public long trapsTaken;

    /** Memory as this hart sees it. */
    public final Mmu mmu;

    /** Control and status registers. */
    public final CsrFile csrs;

    /** The exception that the current instruction raised, or {@link #NONE}. */
    public int pendingCause = NONE;

    /** {@code tval} of {@link #pendingCause}. */
    public long pendingTval;

    /**
     * The reservation of LR: the offset in RAM of the word or doubleword, or {@link #NONE}; bit 0 is set for a
     * doubleword. SC succeeds if it still holds {@link #reservedValue}, which one compare-and-exchange finds out and
     * does.
     */
    public long reservation = NONE;

    /** What LR read, sign-extended. */
    public long reservedValue;

    private final int id;
    private int privilege = Privilege.MACHINE;
    private Observer observer = Observer.NONE;
    private Debugger debugger = Debugger.NONE;

    @SuppressWarnings("unused") // through ATTENTION
    private boolean attention;

    private volatile @Nullable Thread sleeper;

    private BooleanSupplier deadline = () -> false;

    /**
     * A hart after reset, in machine mode at address 0.
     *
     * @param id {@code mhartid}
     * @param mmu its own, no other hart's
     * @param time what {@code time} shows and {@code stimecmp} compares with
     */
    public Hart(int id, Mmu mmu, TimeCounter time) {
        this.id = id;
        this.mmu = mmu;
        // The line is used only later: it leads to the registers that are being made.
        this.csrs = new CsrFile(id, fp, mmu.pmp(), time, () -> instret, line(Cause.SUPERVISOR_TIMER));
    }

    /** {@code mhartid}. */
    public int id() {
        return id;
    }

    /** The present privilege mode, a constant of {@link Privilege}. */
    public int privilege() {
        return privilege;
    }

    /** Changes the privilege mode as a debugger or a loader does, without a trap. */
    public void setPrivilege(int newPrivilege) {
        privilege = newPrivilege;
        updateMode();
    }

    /** Installs who is told of traps, page walks and device accesses. */
    public void setObserver(Observer newObserver) {
        observer = newObserver;
        mmu.setObserver(newObserver);
    }

    /** Who is told. */
    public Observer observer() {
        return observer;
    }

    /** Sets whose breakpoints hold this hart, while it does not run; not part of its state. */
    public void setDebugger(Debugger newDebugger) {
        debugger = newDebugger;
    }

    // Exceptions

    /**
     * Records an exception of the current instruction; the engine calls {@link #takeTrap} once {@link #pc} is exact.
     */
    public int raise(int cause, long tval) {
        pendingCause = cause;
        pendingTval = tval;
        return Outcome.TRAP;
    }

    /** Records that the current instruction is illegal; {@code tval} is its encoding. */
    public int raiseIllegal(Decoded instruction) {
        return raise(Cause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(instruction.bits()));
    }

    /** Records the fault that the {@link Mmu} reported. */
    public int raiseFault() {
        int cause = mmu.faultCause;
        mmu.faultCause = Mmu.NO_FAULT;
        return raise(cause, mmu.faultAddress);
    }

    /** Takes the pending exception: {@link #pc} is the address of the instruction before, of the handler after. */
    public void takeTrap() {
        int cause = pendingCause;
        pendingCause = NONE;
        if (cause == Cause.BREAKPOINT && debugger.holds(this)) {
            requestAttention();
            return;
        }
        int from = privilege;
        boolean delegated = from <= Privilege.SUPERVISOR && (csrs.medeleg.value >>> cause & 1) != 0;
        if (observer != Observer.NONE) {
            observer.trapTaken(id, cause, pc, pendingTval, from, delegated ? Privilege.SUPERVISOR : Privilege.MACHINE);
        }
        enter(delegated, cause, pendingTval);
    }

    /** Takes the most important interrupt that is pending and enabled. Returns whether there was one. */
    public boolean takeInterrupt() {
        long takeable = takeable(csrs.interrupts.ready());
        if (takeable == 0) {
            return false;
        }
        long delegatedSet = csrs.interrupts.delegated.value;
        // What goes to machine mode comes first, whatever its number (3.1.9).
        long candidates = (takeable & ~delegatedSet) != 0 ? takeable & ~delegatedSet : takeable;
        for (int code : INTERRUPT_ORDER) {
            if ((candidates >>> code & 1) != 0) {
                boolean delegated = (delegatedSet >>> code & 1) != 0;
                if (observer != Observer.NONE) {
                    int to = delegated ? Privilege.SUPERVISOR : Privilege.MACHINE;
                    observer.interruptTaken(id, code, pc, privilege, to);
                }
                enter(delegated, Cause.INTERRUPT | code, 0);
                return true;
            }
        }
        return false;
    }

    /** Of the interrupts {@code ready}, those that the present mode lets through. */
    private long takeable(long ready) {
        if (ready == 0) {
            return 0;
        }
        long delegated = csrs.interrupts.delegated.value;
        boolean machine = privilege < Privilege.MACHINE || csrs.mstatus.has(Mstatus.MIE);
        boolean supervisor =
                privilege < Privilege.SUPERVISOR || privilege == Privilege.SUPERVISOR && csrs.mstatus.has(Mstatus.SIE);
        return ready & ((machine ? ~delegated : 0) | (supervisor ? delegated : 0));
    }

    /** The trap itself (3.1.6.1, 3.1.7, 12.1.2). */
    private void enter(boolean supervisor, long cause, long tval) {
        trapsTaken++;
        long vector;
        if (supervisor) {
            csrs.sepc.value = pc;
            csrs.scause.value = cause;
            csrs.stval.value = tval;
            csrs.mstatus.enterSupervisor(privilege);
            vector = csrs.stvec.value;
            privilege = Privilege.SUPERVISOR;
        } else {
            csrs.mepc.value = pc;
            csrs.mcause.value = cause;
            csrs.mtval.value = tval;
            csrs.mstatus.enterMachine(privilege);
            vector = csrs.mtvec.value;
            privilege = Privilege.MACHINE;
        }
        boolean vectored = (vector & 1) != 0 && cause < 0;
        pc = (vector & ~3L) + (vectored ? 4 * (cause & ~Cause.INTERRUPT) : 0);
        updateMode();
    }

    /** {@code mret} and {@code sret} after their checks: goes on at {@code epc}. Returns {@link Outcome#LEAVE}. */
    private int returnFromTrap(int to, long epc) {
        privilege = to;
        pc = epc;
        updateMode();
        lookAtInterrupts();
        return Outcome.LEAVE;
    }

    /** {@code mret}, which is legal. */
    public int returnFromMachine() {
        return returnFromTrap(csrs.mstatus.leaveMachine(), csrs.mepc.value);
    }

    /** {@code sret}, which is legal. */
    public int returnFromSupervisor() {
        return returnFromTrap(csrs.mstatus.leaveSupervisor(), csrs.sepc.value);
    }

    // Control and status registers

    /** {@code csrrw} and its like; every check, every side effect. Returns an {@link Outcome}. */
    public int accessCsr(Decoded instruction) {
        Operation.Csr operation = (Operation.Csr) instruction.instruction().operation();
        int source = instruction.rs1();
        boolean swap = operation.access() == Operation.CsrAccess.WRITE;
        // A set or clear with x0 or 0 does not write, so it is legal for read-only registers (Unprivileged, 6.1).
        boolean writes = swap || source != 0;
        Csr csr = csrs.access((int) instruction.imm() & 0xfff, privilege, writes);
        if (csr == null) {
            return raiseIllegal(instruction);
        }
        long operand = operation.immediate() ? source : x[source];
        int rd = instruction.rd();
        if (!writes) {
            x[rd == 0 ? SINK : rd] = csr.read();
            return Outcome.NEXT;
        }
        int effect = switch (operation.access()) {
            case WRITE -> {
                long old = rd == 0 ? 0 : csr.read();
                int e = csr.write(operand);
                x[rd == 0 ? SINK : rd] = old;
                yield e;
            }
            case SET -> modify(csr, rd, operand, 0);
            case CLEAR -> modify(csr, rd, 0, operand);
        };
        if (effect == Effect.NONE) {
            return Outcome.NEXT;
        }
        pc += instruction.length();
        apply(effect);
        return Outcome.LEAVE;
    }

    private int modify(Csr csr, int rd, long set, long clear) {
        long old = csr.read();
        int effect = csr.write(csr.readForModify() & ~clear | set);
        x[rd == 0 ? SINK : rd] = old;
        return effect;
    }

    /** Does what the write of a CSR asked for. */
    public void apply(int effect) {
        if ((effect & Effect.TRANSLATION) != 0) {
            updateTranslation();
            translationChanged();
        }
        if ((effect & Effect.PROTECTION) != 0) {
            mmu.protectionChanged();
        }
        if ((effect & Effect.MODE) != 0) {
            updateMode();
        }
        if ((effect & Effect.INTERRUPTS) != 0) {
            lookAtInterrupts();
        }
    }

    private void updateMode() {
        Mstatus status = csrs.mstatus;
        int data = privilege == Privilege.MACHINE && status.has(Mstatus.MPRV) ? status.mpp() : privilege;
        mmu.setMode(privilege, data, status.has(Mstatus.SUM), status.has(Mstatus.MXR));
    }

    private void updateTranslation() {
        long envcfg = csrs.environment.machine.value;
        mmu.setEnvironment((envcfg & Environment.ADUE) != 0, (envcfg & Environment.PBMTE) != 0);
        mmu.setSatp(csrs.satp.value);
    }

    /** Tells a debugger, if there is one, that other memory may be at some addresses. */
    public void translationChanged() {
        debugger.translationChanged(this);
    }

    /**
     * Whether floating-point instructions are legal now ({@code mstatus.FS} is not Off). Engines may assume that the
     * answer stays the same until an operation returns {@link Outcome#LEAVE} or a trap is taken.
     */
    public boolean floatEnabled() {
        return csrs.mstatus.has(Mstatus.FS);
    }

    /** Whether {@code mstatus.FS} is Dirty, so that floating-point instructions are legal and need tell nobody. */
    public boolean isFloatDirty() {
        return csrs.mstatus.isFloatDirty();
    }

    /** Marks the floating-point state dirty; called by any instruction that writes an f register or fflags. */
    public void dirtyFloat() {
        csrs.mstatus.value |= Mstatus.FS;
    }

    // Interrupts, waiting, and other threads

    /**
     * Sets the level of an interrupt wire. May be called by any thread.
     *
     * @param code {@link Cause#MACHINE_SOFTWARE}, {@link Cause#MACHINE_TIMER}, {@link Cause#MACHINE_EXTERNAL},
     *     {@link Cause#SUPERVISOR_EXTERNAL}; {@link Cause#SUPERVISOR_TIMER} is {@code stimecmp}'s
     */
    public void setLine(int code, boolean level) {
        if (csrs.interrupts.setLine(code, level)) {
            requestAttention();
        }
    }

    /** The wire of that interrupt, for a device to drive. */
    public InterruptLine line(int code) {
        return level -> setLine(code, level);
    }

    /**
     * Asks the engine to return soon, and the hart to wake up if it waits: there is an event or an interrupt to look
     * at. May be called by any thread.
     */
    public void requestAttention() {
        ATTENTION.setVolatile(this, true);
        Thread waiting = sleeper;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** Whether somebody asked for attention; engines look between blocks. */
    public boolean needsAttention() {
        return (boolean) ATTENTION.getOpaque(this);
    }

    /**
     * Sets what tells whether something is due that nobody asks attention for, because it is the time itself that makes it
     * so. It is asked by the hart's thread every ten thousand instructions or so.
     */
    public void setDeadline(BooleanSupplier passed) {
        deadline = passed;
    }

    /** Whether something is due by now; as good a reason to leave an engine as {@link #needsAttention}, but dearer to ask. */
    public boolean hasDeadlinePassed() {
        return deadline.getAsBoolean();
    }

    /** Takes notice of the request, before looking at what there is. */
    public void clearAttention() {
        ATTENTION.setVolatile(this, false);
    }

    /** Whether {@code wfi} has nothing to wait for: an interrupt is pending that is enabled in {@code mie} (3.3.3). */
    public boolean interruptReady() {
        return csrs.interrupts.ready() != 0;
    }

    /**
     * Parks the calling thread, which runs this hart, until somebody
     * {@linkplain #requestAttention asks for attention}, an enabled interrupt is pending, {@code nanos} have passed,
     * or the thread is interrupted.
     */
    public void awaitAttention(long nanos) {
        long start = System.nanoTime();
        sleeper = Thread.currentThread();
        try {
            while (!needsAttention()
                    && !interruptReady()
                    && !Thread.currentThread().isInterrupted()) {
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            sleeper = null;
        }
    }

    private void lookAtInterrupts() {
        if (takeable(csrs.interrupts.ready()) != 0) {
            requestAttention();
        }
    }

    // Reset and snapshots

    /** The state after reset: machine mode, registers cleared, at {@code resetPc}. Wires keep their level. */
    public void reset(long resetPc) {
        Arrays.fill(x, 0);
        Arrays.fill(f, 0);
        pc = resetPc;
        instret = 0;
        trapsTaken = 0;
        pendingCause = NONE;
        reservation = NONE;
        mmu.faultCause = Mmu.NO_FAULT;
        privilege = Privilege.MACHINE;
        csrs.reset();
        stateReplaced();
    }

    /** Writes the whole state; at an instruction boundary. */
    public void save(StateWriter out) {
        for (int i = 1; i < 32; i++) {
            out.put(X.get(i), x[i]);
        }
        for (int i = 0; i < 32; i++) {
            out.put(F.get(i), f[i]);
        }
        out.put("pc", pc);
        out.put("instret", instret);
        out.put("privilege", privilege);
        out.put("reservation", reservation);
        out.put("reservedValue", reservedValue);
        csrs.save(out.section("csr"));
    }

    /** Reads back what {@link #save} wrote. */
    public void restore(StateReader in) {
        for (int i = 1; i < 32; i++) {
            x[i] = in.get(X.get(i));
        }
        for (int i = 0; i < 32; i++) {
            f[i] = in.get(F.get(i));
        }
        pc = in.get("pc");
        instret = in.get("instret");
        privilege = (int) in.get("privilege");
        reservation = in.get("reservation");
        reservedValue = in.get("reservedValue");
        csrs.restore(in.section("csr"));
        pendingCause = NONE;
        stateReplaced();
    }

    private void stateReplaced() {
        updateTranslation();
        mmu.protectionChanged();
        updateMode();
        requestAttention();
    }
}
