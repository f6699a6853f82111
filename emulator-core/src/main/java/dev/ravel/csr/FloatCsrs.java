package dev.ravel.csr;

import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.CsrNumber;

/** {@code fflags}, {@code frm} and {@code fcsr} (Unprivileged, 20.2): views of one status; a write makes FS Dirty. */
final class FloatCsrs extends Csr {
    private static final int FLAGS = 0x1f;
    private static final int MODE = 7;
    private static final int MODE_SHIFT = 5;

    private final FloatStatus fp;
    private final Mstatus mstatus;

    private FloatCsrs(int number, FloatStatus fp, Mstatus mstatus) {
        super(number);
        this.fp = fp;
        this.mstatus = mstatus;
    }

    static Csr[] all(FloatStatus fp, Mstatus mstatus) {
        return new Csr[] {
            new FloatCsrs(CsrNumber.FFLAGS, fp, mstatus),
            new FloatCsrs(CsrNumber.FRM, fp, mstatus),
            new FloatCsrs(CsrNumber.FCSR, fp, mstatus)
        };
    }

    @Override
    public long read() {
        return switch (number()) {
            case CsrNumber.FFLAGS -> fp.flags;
            case CsrNumber.FRM -> fp.roundingMode;
            default -> fp.roundingMode << MODE_SHIFT | fp.flags;
        };
    }

    @Override
    public int write(long value) {
        mstatus.value |= Mstatus.FS;
        int before = fp.roundingMode;
        switch (number()) {
            case CsrNumber.FFLAGS -> fp.flags = (int) value & FLAGS;
            case CsrNumber.FRM -> fp.roundingMode = (int) value & MODE;
            default -> {
                fp.flags = (int) value & FLAGS;
                fp.roundingMode = (int) value >> MODE_SHIFT & MODE;
            }
        }
        return fp.roundingMode == before ? Effect.NONE : Effect.LEAVE;
    }
}
