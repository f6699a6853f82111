package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;

/** {@code menvcfg} and {@code senvcfg}: what the modes below may do (Privileged 1.13, 3.1.18 and 12.1.10; CMO, 2.4). */
public final class Environment {
    /** Fences order I/O as memory; ours always do. */
    public static final long FIOM = 1;

    public static final int CBIE_SHIFT = 4;
    /** {@code cbo.inval}: 0 illegal, 1 flushes, 3 invalidates; 2 is reserved. */
    public static final long CBIE = 3L << CBIE_SHIFT;
    /** {@code cbo.clean} and {@code cbo.flush}. */
    public static final long CBCFE = 1L << 6;
    /** {@code cbo.zero}. */
    public static final long CBZE = 1L << 7;
    /** Svadu. */
    public static final long ADUE = 1L << 61;
    /** Svpbmt. */
    public static final long PBMTE = 1L << 62;
    /** Sstc. */
    public static final long STCE = 1L << 63;

    private static final long CBIE_RESERVED = 2L << CBIE_SHIFT;
    private static final long COMMON = FIOM | CBIE | CBCFE | CBZE;

    /**
     * {@code menvcfg}. The specification leaves its value after reset open. As on QEMU's {@code virt}, hardware updates
     * of A and D and memory types in page tables are on: kernels that run without firmware set neither A nor D (xv6).
     */
    public final Register machine =
            new EnvironmentRegister(CsrNumber.MENVCFG, ADUE | PBMTE, COMMON | ADUE | PBMTE | STCE);

    /** {@code senvcfg}. */
    public final Register supervisor = new EnvironmentRegister(CsrNumber.SENVCFG, 0, COMMON);

    Environment() {}

    /** Whether the supervisor has a timer of its own. */
    public boolean supervisorTimer() {
        return machine.value < 0;
    }

    /** Whether any bit of a field that both registers have lets {@code privilege} execute what the field stands for. */
    public boolean allows(long field, int privilege) {
        return privilege == Privilege.MACHINE
                || (machine.value & field) != 0
                        && (privilege == Privilege.SUPERVISOR || (supervisor.value & field) != 0);
    }

    private static final class EnvironmentRegister extends Register {
        EnvironmentRegister(int number, long initial, long writable) {
            super(number, initial, writable, Effect.NONE);
        }

        @Override
        protected long legal(long old, long wanted) {
            return (wanted & CBIE) == CBIE_RESERVED ? wanted & ~CBIE | old & CBIE : wanted;
        }

        @Override
        protected int effectOf(long old, long now) {
            long changed = old ^ now;
            return ((changed & (ADUE | PBMTE)) != 0 ? Effect.TRANSLATION : Effect.NONE)
                    | ((changed & STCE) != 0 ? Effect.INTERRUPTS : Effect.NONE);
        }
    }
}
