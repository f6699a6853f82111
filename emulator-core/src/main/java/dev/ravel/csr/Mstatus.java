package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;

/**
 * {@code mstatus} (Privileged 1.13, 3.1.6): M, S and U are 64-bit and little-endian, so SXL, UXL and MBE, SBE, UBE are
 * fixed; there is no vector and no further user extension state, so VS and XS are 0.
 */
public final class Mstatus extends Register {
    public static final long SIE = 1L << 1;
    public static final long MIE = 1L << 3;
    public static final long SPIE = 1L << 5;
    public static final long MPIE = 1L << 7;
    public static final long SPP = 1L << 8;
    public static final int MPP_SHIFT = 11;
    public static final long MPP = 3L << MPP_SHIFT;
    public static final int FS_SHIFT = 13;
    /** Off, Initial, Clean, Dirty. */
    public static final long FS = 3L << FS_SHIFT;

    public static final long MPRV = 1L << 17;
    public static final long SUM = 1L << 18;
    public static final long MXR = 1L << 19;
    public static final long TVM = 1L << 20;
    public static final long TW = 1L << 21;
    public static final long TSR = 1L << 22;
    public static final long UXL_64 = 2L << 32;
    public static final long SXL_64 = 2L << 34;
    /** FS, VS or XS is Dirty; computed. */
    public static final long SD = 1L << 63;

    private static final long WRITABLE = SIE | MIE | SPIE | MPIE | SPP | MPP | FS | MPRV | SUM | MXR | TVM | TW | TSR;

    private static final int RESERVED_MPP = 2;

    public Mstatus() {
        super(CsrNumber.MSTATUS, UXL_64 | SXL_64, WRITABLE, Effect.NONE);
    }

    @Override
    public long read() {
        return (value & FS) == FS ? value | SD : value;
    }

    @Override
    protected long legal(long old, long wanted) {
        return mpp(wanted) == RESERVED_MPP ? wanted & ~MPP | old & MPP : wanted;
    }

    @Override
    protected int effectOf(long old, long now) {
        long changed = old ^ now;
        int effect = Effect.NONE;
        if ((changed & (MPRV | MPP | SUM | MXR)) != 0) {
            effect |= Effect.MODE;
        }
        if ((now & ~old & (MIE | SIE)) != 0) {
            effect |= Effect.INTERRUPTS;
        }
        if ((changed & FS) != 0) {
            effect |= Effect.LEAVE;
        }
        return effect;
    }

    /** Whether a bit, or any bit of a field, is set. */
    public boolean has(long field) {
        return (value & field) != 0;
    }

    /** Whether FS is Dirty. */
    public boolean isFloatDirty() {
        return (value & FS) == FS;
    }

    /** The field MPP. */
    public int mpp() {
        return mpp(value);
    }

    private static int mpp(long status) {
        return (int) (status >>> MPP_SHIFT) & 3;
    }

    /** What a trap into machine mode does to it (3.1.6.1). */
    public void enterMachine(int from) {
        long pie = has(MIE) ? MPIE : 0;
        value = value & ~(MIE | MPIE | MPP) | pie | (long) from << MPP_SHIFT;
    }

    /** What a trap into supervisor mode does to it. */
    public void enterSupervisor(int from) {
        long pie = has(SIE) ? SPIE : 0;
        value = value & ~(SIE | SPIE | SPP) | pie | (from == Privilege.USER ? 0 : SPP);
    }

    /** What {@code mret} does to it; returns the privilege to go to. */
    public int leaveMachine() {
        int to = mpp();
        long ie = has(MPIE) ? MIE : 0;
        value = value & ~(MIE | MPP) | MPIE | ie;
        if (to != Privilege.MACHINE) {
            value &= ~MPRV;
        }
        return to;
    }

    /** What {@code sret} does to it; returns the privilege to go to. */
    public int leaveSupervisor() {
        int to = has(SPP) ? Privilege.SUPERVISOR : Privilege.USER;
        long ie = has(SPIE) ? SIE : 0;
        value = value & ~(SIE | SPP | MPRV) | SPIE | ie;
        return to;
    }
}
