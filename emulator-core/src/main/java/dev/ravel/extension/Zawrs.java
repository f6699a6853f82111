package dev.ravel.extension;

import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/**
 * Zawrs, wait on reservation set (Unprivileged, 15). Both may end at any time for any reason. Nobody tells a hart that
 * its reservation is gone, so a wait is giving the processor to another thread once; it always ends within the time
 * limit, which is why {@code mstatus.TW} never makes {@code wrs.nto} trap.
 */
public final class Zawrs {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZAWRS, Zawrs.class)
            .control("wrs.nto", "000000001101 00000 000 00000 1110011", "pause")
            .control("wrs.sto", "000000011101 00000 000 00000 1110011", "pause")
            .build();

    private Zawrs() {}

    public static int pause(Hart hart, Decoded instruction) {
        if (hart.reservation != Hart.NONE && !hart.needsAttention()) {
            Thread.yield();
        }
        return Outcome.NEXT;
    }
}
