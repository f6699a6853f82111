package dev.ravel.csr;

import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.time.Clock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which interrupts are pending, enabled and delegated: {@code mip}, {@code mie}, {@code mideleg}, {@code stimecmp} and
 * the supervisor's views (Privileged 1.13, 3.1.8, 3.1.9, 12.1.3; Sstc).
 *
 * <p>A pending bit comes from a wire ({@link #setLine}, from any thread), from software (SSIP, STIP, SEIP), or, for STIP
 * with {@code menvcfg.STCE}, from the clock. SEIP is the wire or software's bit; software modifies only its own.
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

    private final Clock clock;
    private final Environment environment;

    /** Wires that are asserted. */
    @SuppressWarnings("unused") // through LINES
    private long lines;

    /** Pending bits that software has set. */
    long software;

    /** {@code stimecmp}, unsigned. */
    long timerCompare;

    /** Whether the clock has been seen to have reached {@link #timerCompare}. */
    private boolean timerDue;

    Interrupts(Clock clock, Environment environment) {
        this.clock = clock;
        this.environment = environment;
    }

    /**
     * Sets the level of a wire. May be called by any thread.
     *
     * @param code MSI, MTI, MEI or SEI
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

    /** What {@code mip} shows, the clock looked at. */
    public long pending() {
        return known() | (timerReached() ? STIP : 0);
    }

    /** The pending interrupts that are enabled in {@code mie}, whatever {@code mstatus} says; the clock looked at. */
    public long ready() {
        return pending() & enabled.value;
    }

    /** As {@link #ready}, but the clock is not looked at: it may be that a timer has passed since somebody did. */
    public long readyWithoutClock() {
        return (known() | (environment.supervisorTimer() && timerDue ? STIP : 0)) & enabled.value;
    }

    /**
     * The time, in ticks of {@link Clock}, at which {@code stimecmp} will make an interrupt pending that is enabled;
     * {@link Long#MAX_VALUE} if none will. The past if it is pending.
     */
    public long deadline() {
        boolean armed = environment.supervisorTimer() && (enabled.value & STIP) != 0;
        return armed && timerCompare >= 0 ? timerCompare : Long.MAX_VALUE;
    }

    private long known() {
        long own = environment.supervisorTimer() ? software & ~STIP : software;
        return (long) LINES.getOpaque(this) | own;
    }

    private boolean timerReached() {
        if (!environment.supervisorTimer()) {
            return false;
        }
        if (!timerDue) {
            timerDue = Long.compareUnsigned(clock.ticks(), timerCompare) >= 0;
        }
        return timerDue;
    }

    void setTimer(long compare) {
        timerCompare = compare;
        timerDue = false;
    }

    void reset() {
        software = 0;
        // Sstc leaves the reset value open; never due is what nobody stumbles over.
        setTimer(-1);
        enabled.reset();
        delegated.reset();
    }

    void restore(long softwareBits, long lineBits, long compare) {
        software = softwareBits;
        LINES.setVolatile(this, lineBits);
        setTimer(compare);
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
                return timerCompare;
            }

            @Override
            public int write(long value) {
                setTimer(value);
                return Effect.INTERRUPTS;
            }
        };
    }
}
