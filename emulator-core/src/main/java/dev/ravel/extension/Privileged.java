package dev.ravel.extension;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** The instructions that enter, leave and manage privilege modes (Unprivileged, 2.8; Privileged 1.13, 3.3 and 10.2). */
public final class Privileged {
    static final List<Instruction> ROWS = Table.of(Extension.PRIVILEGED, Privileged.class)
            .control("ebreak", "000000000001 00000 000 00000 1110011")
            .build();

    private static final int BREAKPOINT = 3;

    private Privileged() {}

    public static int ebreak(Hart hart, Decoded instruction) {
        return hart.raise(BREAKPOINT, hart.pc);
    }
}
