package dev.ravel.csr;

import dev.ravel.interrupt.InterruptLine;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.time.TimeCounter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which interrupts are pending, enabled and delegated: {@code mip}, {@code mie}, {@code mideleg}, {@code stimecmp} and
 * the supervisor's views (Privileged 1.13, 3.1.8, 3.1.9, 12.1.3; Sstc).
 *
 * <p>A pending bit comes from a wire ({@link #setLine}, from any thread) or from software (SSIP, STIP, SEIP). SEIP is
 * the wire or software's bit; software modifies only its own. STIP is software's, or with {@code menvcfg.STCE} a wire
 * from the comparator of {@code stimecmp}, which the machine's time drives as it does the CLINT's.
 */
public final class Interrupts {
    public static final long SSIP = 1L << Cause.SUPERVISOR_SOFTWARE;
    public static final long MSIP = 1L << Cause.MACHINE_SOFTWARE;
    public static final long STIP = 1L << Cause.SUPERVISOR_TIMER;
    public static final long MTIP = 1L << Cause.MACHINE_TIMER;
    public static final long SEIP = 1L << Cause.SUPERVISOR_EXTERNAL;
    public static final long MEIP = 1L << Cause.MACHINE_EXTERNAL;

    /** The interrupts of supervisor mode, which may be delegated. */
    public static final long SUPERVISOR = SSIP | STIP | SEIP;

    /** All. */
    public static final long ALL = SUPERVISOR | MSIP | MTIP | MEIP;

    private static final VarHandle LINES;

    static {
        try {
            LINES = MethodHandles.lookup().findVarHandle(Interrupts.class, "lines", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** {@code mie}. */
    public final Register enabled = new Register(CsrNumber.MIE, 0, ALL, Effect.INTERRUPTS);

    /** {@code mideleg}. */
    public final Register delegated = new Register(CsrNumber.MIDELEG, 0, SUPERVISOR, Effect.INTERRUPTS);

    private final Environment environment;
    private final TimeCounter.Comparator timer;

    /** Wires that are asserted. */
    @SuppressWarnings("unused") // through LINES
    private long lines;

    /** Pending bits that software has set. */
    long software;

    /**
     * The interrupts of a hart.
     *
     * @param timerLine the comparator's wire; it ends at {@link #setLine} with {@link Cause#SUPERVISOR_TIMER}
     */
    Interrupts(Environment environment, TimeCounter time, InterruptLine timerLine) {
        this.environment = environment;
        this.timer = time.comparator(timerLine);
    }

    /**
     * Sets the level of a wire. May be called by any thread.
     *
     * @param code MSI, MTI, MEI, SEI, or STI for the comparator
     * @return whether that asserted it
     */
    public boolean setLine(int code, boolean level) {
        long bit = 1L << code;
        long before = level ? (long) LINES.getAndBitwiseOr(this, bit) : (long) LINES.getAndBitwiseAnd(this, ~bit);
        return level && (before & bit) == 0;
    }

    /** Wires that are asserted: for snapshots. */
    public long lines() {
        return (long) LINES.getOpaque(this);
    }

    /** What {@code mip} shows. */
    public long pending() {
        return environment.supervisorTimer() ? lines() | software & ~STIP : lines() & ~STIP | software;
    }

    /** The pending interrupts that are enabled in {@code mie}, whatever {@code mstatus} says. */
    public long ready() {
        return pending() & enabled.value;
    }

    void reset() {
        software = 0;
        timer.set(TimeCounter.NEVER);
        enabled.reset();
        delegated.reset();
    }

    long timerCompare() {
        return timer.get();
    }

    void restore(long softwareBits, long lineBits, long compare) {
        software = softwareBits;
        LINES.setVolatile(this, lineBits);
        timer.set(compare);
    }

    /** {@code mip}. */
    Csr mip() {
        return new Csr(CsrNumber.MIP) {
            @Override
            public long read() {
                return pending();
            }

            @Override
            public long readForModify() {
                return pending() & ~SEIP | software & SEIP;
            }

            @Override
            public int write(long value) {
                long writable = environment.supervisorTimer() ? SSIP | SEIP : SUPERVISOR;
                software = software & ~writable | value & writable;
                return Effect.INTERRUPTS;
            }
        };
    }

    /** {@code sip}: what is delegated; only SSIP can be written. */
    Csr sip() {
        return new Csr(CsrNumber.SIP) {
            @Override
            public long read() {
                return pending() & delegated.value;
            }

            @Override
            public int write(long value) {
                long writable = SSIP & delegated.value;
                software = software & ~writable | value & writable;
                return Effect.INTERRUPTS;
            }
        };
    }

    /** {@code sie}: what is delegated. */
    Csr sie() {
        return new Csr(CsrNumber.SIE) {
            @Override
            public long read() {
                return enabled.value & delegated.value;
            }

            @Override
            public int write(long value) {
                return enabled.write(enabled.value & ~delegated.value | value & delegated.value);
            }
        };
    }

    /** {@code stimecmp}. */
    Csr stimecmp() {
        return new Csr(CsrNumber.STIMECMP) {
            @Override
            public long read() {
                return timer.get();
            }

            @Override
            public int write(long value) {
                timer.set(value);
                return Effect.INTERRUPTS;
            }
        };
    }
}
