package dev.ravel.hart;

import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Decoded;
import dev.ravel.mmu.Mmu;

/**
 * A hardware thread's architectural state, and what happens to it at traps and interrupts. Only the thread that runs the
 * hart touches it, except where a method says otherwise.
 */
public final class Hart {
    /** Where writes to {@code x0} go: engines give an instruction whose rd is 0 this register to write. */
    public static final int SINK = 32;

    /** No exception is pending. */
    public static final int NONE = -1;

    /** Integer registers; {@code x[0]} is always 0, {@code x[SINK]} is a write-only place for results that nobody wants. */
    public final long[] x = new long[33];

    /** Floating-point registers, raw, narrower values NaN-boxed. */
    public final long[] f = new long[32];

    /** {@code fcsr}. */
    public final FloatStatus fp = new FloatStatus();

    /** Program counter: exact whenever an engine is not inside a block, and whenever a control operation is called. */
    public long pc;

    /** Retired instructions since reset: exact whenever {@link #pc} is. */
    public long instret;

    /** Memory as this hart sees it. */
    public final Mmu mmu;

    /** The exception that the current instruction raised, or {@link #NONE}. */
    public int pendingCause = NONE;

    /** {@code tval} of {@link #pendingCause}. */
    public long pendingTval;

    /**
     * The reservation of LR: the offset in RAM of the word or doubleword, or {@link #NONE}. SC succeeds if it still holds
     * {@link #reservedValue}, which one compare-and-exchange finds out and does.
     */
    public long reservation = NONE;

    /** What LR read, sign-extended. */
    public long reservedValue;

    public Hart(int id, Mmu mmu) {
        this.mmu = mmu;
    }

    /** Records an exception of the current instruction; the engine calls {@link #takeTrap} once {@link #pc} is exact. */
    public int raise(int cause, long tval) {
        pendingCause = cause;
        pendingTval = tval;
        return Outcome.TRAP;
    }

    /** Records the fault that the {@link Mmu} reported. */
    public int raiseFault() {
        int cause = mmu.faultCause;
        mmu.faultCause = Mmu.NO_FAULT;
        return raise(cause, mmu.faultAddress);
    }

    /** Takes the pending exception: {@link #pc} is the address of the instruction before, of the handler after. */
    public void takeTrap() {
        throw new UnsupportedOperationException();
    }

    /** Takes the most important interrupt that is pending and enabled. Returns whether there was one. */
    public boolean takeInterrupt() {
        throw new UnsupportedOperationException();
    }

    /** {@code csrrw} and its like; every check, every side effect. Returns an {@link Outcome}. */
    public int accessCsr(Decoded instruction) {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether floating-point instructions are legal now ({@code mstatus.FS} is not Off). Engines may assume that the answer
     * stays the same until an operation returns {@link Outcome#LEAVE} or a trap is taken.
     */
    public boolean floatEnabled() {
        throw new UnsupportedOperationException();
    }

    /** Marks the floating-point state dirty; called by any instruction that writes an f register or fflags. */
    public void dirtyFloat() {
        throw new UnsupportedOperationException();
    }
}
