package dev.ravel.csr;

/** What the write of a CSR asks of the hart: bits, so that one write can have several effects. */
public final class Effect {
    /** Nothing: the next instruction goes on as if it had not happened. */
    public static final int NONE = 0;

    /** Code that was translated under assumptions about the floating-point state may be wrong now. */
    public static final int LEAVE = 1;

    /** The mode of loads and stores may be another: MPRV, MPP, SUM, MXR. */
    public static final int MODE = 2;

    /** The address mapping or its rules are others: {@code satp}, {@code menvcfg}. */
    public static final int TRANSLATION = 4;

    /** Physical memory protection is another: whatever a TLB remembers may be wrong. */
    public static final int PROTECTION = 8;

    /** An interrupt may have become takeable. */
    public static final int INTERRUPTS = 16;

    private Effect() {}
}
