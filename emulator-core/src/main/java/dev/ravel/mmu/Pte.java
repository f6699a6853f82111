package dev.ravel.mmu;

/** The bits of a page-table entry of Sv39, Sv48 and Sv57 (Privileged 1.13, 12.4.1). */
public final class Pte {
    public static final int BYTES = 8;

    public static final long V = 1;
    public static final long R = 1L << 1;
    public static final long W = 1L << 2;
    public static final long X = 1L << 3;
    public static final long U = 1L << 4;
    public static final long G = 1L << 5;
    public static final long A = 1L << 6;
    public static final long D = 1L << 7;

    /** Physical page number, bits 53 to 10. */
    public static final int PPN_SHIFT = 10;

    public static final long PPN_MASK = (1L << 44) - 1;

    /** Reserved for future standard use, bits 60 to 54. */
    public static final long RESERVED = 0x7fL << 54;

    /** Svpbmt memory type, bits 62 and 61: 0 as the PMAs say, 1 non-cacheable, 2 I/O, 3 reserved. */
    public static final long PBMT = 3L << 61;

    /** Svnapot. */
    public static final long N = 1L << 63;

    private Pte() {}

    /** The physical page number of an entry. */
    public static long ppn(long pte) {
        return pte >>> PPN_SHIFT & PPN_MASK;
    }

    /** Whether an entry maps a page; one that does not leads to the next table. */
    public static boolean isLeaf(long pte) {
        return (pte & (R | X)) != 0;
    }
}
