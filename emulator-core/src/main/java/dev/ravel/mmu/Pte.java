package dev.ravel.mmu;

/** The bits of a page-table entry of Sv39, Sv48 and Sv57 (Privileged 1.13, 12.4.1). */
final class Pte {
    static final int BYTES = 8;

    static final long V = 1;
    static final long R = 1L << 1;
    static final long W = 1L << 2;
    static final long X = 1L << 3;
    static final long U = 1L << 4;
    static final long G = 1L << 5;
    static final long A = 1L << 6;
    static final long D = 1L << 7;

    /** Physical page number, bits 53 to 10. */
    static final int PPN_SHIFT = 10;

    static final long PPN_MASK = (1L << 44) - 1;

    /** Reserved for future standard use, bits 60 to 54. */
    static final long RESERVED = 0x7fL << 54;

    /** Svpbmt memory type, bits 62 and 61: 0 as the PMAs say, 1 non-cacheable, 2 I/O, 3 reserved. */
    static final long PBMT = 3L << 61;

    /** Svnapot. */
    static final long N = 1L << 63;

    private Pte() {}

    static long ppn(long pte) {
        return pte >>> PPN_SHIFT & PPN_MASK;
    }

    static boolean isLeaf(long pte) {
        return (pte & (R | X)) != 0;
    }
}
