package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;
import java.util.function.LongSupplier;

/** A CSR that shows state held elsewhere. */
abstract class View extends Csr {
    View(int number) {
        super(number);
    }

    /** A view that cannot be written, because its number says so or because writes are ignored. */
    static Csr readOnly(int number, LongSupplier source) {
        return new View(number) {
            @Override
            public long read() {
                return source.getAsLong();
            }

            @Override
            public int write(long value) {
                return Effect.NONE;
            }
        };
    }

    /** {@code sstatus}: the supervisor's part of {@code mstatus} (12.1.1). */
    static Csr sstatus(Mstatus mstatus) {
        long visible = Mstatus.SIE
                | Mstatus.SPIE
                | Mstatus.SPP
                | Mstatus.FS
                | Mstatus.SUM
                | Mstatus.MXR
                | Mstatus.UXL_64
                | Mstatus.SD;
        return new View(CsrNumber.SSTATUS) {
            @Override
            public long read() {
                return mstatus.read() & visible;
            }

            @Override
            public int write(long value) {
                return mstatus.write(mstatus.read() & ~visible | value & visible);
            }
        };
    }
}
