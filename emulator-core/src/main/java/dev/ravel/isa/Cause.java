package dev.ravel.isa;

/** Exception and interrupt codes of {@code mcause} (Privileged 1.13, table 14). */
public final class Cause {
    public static final int FETCH_MISALIGNED = 0;
    public static final int FETCH_ACCESS = 1;
    public static final int ILLEGAL_INSTRUCTION = 2;
    public static final int BREAKPOINT = 3;
    public static final int LOAD_MISALIGNED = 4;
    public static final int LOAD_ACCESS = 5;
    /** Store or AMO. */
    public static final int STORE_MISALIGNED = 6;
    /** Store or AMO. */
    public static final int STORE_ACCESS = 7;

    public static final int ECALL_USER = 8;
    public static final int ECALL_SUPERVISOR = 9;
    public static final int ECALL_MACHINE = 11;
    public static final int FETCH_PAGE_FAULT = 12;
    public static final int LOAD_PAGE_FAULT = 13;
    /** Store or AMO. */
    public static final int STORE_PAGE_FAULT = 15;

    /** The bit of {@code mcause} and {@code scause} that tells interrupts from exceptions. */
    public static final long INTERRUPT = 1L << 63;

    /** Interrupt codes, which are also the bit numbers in {@code mip} and {@code mie}. */
    public static final int SUPERVISOR_SOFTWARE = 1;

    public static final int MACHINE_SOFTWARE = 3;
    public static final int SUPERVISOR_TIMER = 5;
    public static final int MACHINE_TIMER = 7;
    public static final int SUPERVISOR_EXTERNAL = 9;
    public static final int MACHINE_EXTERNAL = 11;

    private Cause() {}
}
