package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;

/** {@code satp} (Privileged 1.13, 12.1.11): Bare, Sv39, Sv48, Sv57; 16 bits of ASID. */
public final class Satp extends Register {
    private static final int MODE_SHIFT = 60;
    private static final int BARE = 0;
    private static final int SV39 = 8;
    private static final int SV57 = 10;

    Satp() {
        super(CsrNumber.SATP, 0, -1, Effect.TRANSLATION);
    }

    /** A write with a mode that does not exist changes nothing. */
    @Override
    protected long legal(long old, long wanted) {
        long mode = wanted >>> MODE_SHIFT;
        return mode == BARE || mode >= SV39 && mode <= SV57 ? wanted : old;
    }
}
