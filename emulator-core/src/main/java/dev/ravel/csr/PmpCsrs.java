package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;
import dev.ravel.mmu.Pmp;

/** The registers of physical memory protection (Privileged 1.13, 3.7.1), as {@link Pmp} holds them. */
final class PmpCsrs {
    private PmpCsrs() {}

    /** {@code pmpcfgN}: eight configuration bytes, those of entries {@code 4 * N} and up. */
    static Csr configs(int number, Pmp pmp) {
        int first = (number - CsrNumber.PMPCFG0) * 4;
        return new View(number) {
            @Override
            public long read() {
                long value = 0;
                for (int i = 7; i >= 0; i--) {
                    value = value << 8 | (first + i < Pmp.ENTRIES ? pmp.config(first + i) : 0);
                }
                return value;
            }

            @Override
            public int write(long value) {
                for (int i = 0; i < 8 && first + i < Pmp.ENTRIES; i++) {
                    pmp.setConfig(first + i, (int) (value >>> 8 * i) & 0xff);
                }
                return Effect.PROTECTION;
            }
        };
    }

    /** {@code pmpaddrN}. */
    static Csr address(int number, Pmp pmp) {
        int entry = number - CsrNumber.PMPADDR0;
        boolean exists = entry < Pmp.ENTRIES;
        return new View(number) {
            @Override
            public long read() {
                return exists ? pmp.address(entry) : 0;
            }

            @Override
            public int write(long value) {
                if (!exists) {
                    return Effect.NONE;
                }
                pmp.setAddress(entry, value);
                return Effect.PROTECTION;
            }
        };
    }
}
