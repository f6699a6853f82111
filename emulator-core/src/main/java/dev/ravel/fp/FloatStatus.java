package dev.ravel.fp;

/**
 * The floating-point control and status of one hart: the accrued flags and the dynamic rounding mode (Unprivileged,
 * 20.2).
 */
public final class FloatStatus {
    /** Inexact. */
    public static final int NX = 1;
    /** Underflow, detected after rounding. */
    public static final int UF = 2;
    /** Overflow. */
    public static final int OF = 4;
    /** Divide by zero. */
    public static final int DZ = 8;
    /** Invalid operation. */
    public static final int NV = 16;

    /** Round to nearest, ties to even. */
    public static final int RNE = 0;
    /** Round towards zero. */
    public static final int RTZ = 1;
    /** Round down. */
    public static final int RDN = 2;
    /** Round up. */
    public static final int RUP = 3;
    /** Round to nearest, ties to max magnitude. */
    public static final int RMM = 4;
    /** In an instruction's {@code rm} field: take the mode from {@code frm}. */
    public static final int DYN = 7;

    /** {@code fflags}: the accrued exception flags, sticky, five bits. */
    public int flags;

    /** {@code frm}: the dynamic rounding mode as software wrote it, 0 to 7; 5 to 7 are reserved. */
    public int roundingMode;

    /** Adds {@code newFlags} to the accrued flags. */
    public void raise(int newFlags) {
        flags |= newFlags;
    }
}
