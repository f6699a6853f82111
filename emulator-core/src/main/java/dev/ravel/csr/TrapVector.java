package dev.ravel.csr;

/** {@code mtvec} and {@code stvec} (Privileged 1.13, 3.1.7 and 12.1.2): a base, and Direct or Vectored. */
final class TrapVector extends Register {
    private static final long RESERVED_MODES = 2;

    TrapVector(int number) {
        super(number, 0, -1, Effect.NONE);
    }

    /** A write with a reserved mode changes nothing, as on QEMU. */
    @Override
    protected long legal(long old, long wanted) {
        return (wanted & RESERVED_MODES) != 0 ? old : wanted;
    }
}
