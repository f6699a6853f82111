package dev.ravel.extension;

import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Zifencei (Unprivileged, 5): makes stores visible to this hart's instruction fetches. */
public final class Zifencei {
    /** The immediate, {@code rs1} and {@code rd} are reserved for finer fences and to be ignored. */
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZIFENCEI, Zifencei.class)
            .control("fence.i", "------------ ----- 001 ----- 0001111")
            .build();

    private Zifencei() {}

    /** Stores to pages that hold decoded code discard it as they happen; what remains is to look the code up again. */
    public static int fenceI(Hart hart, Decoded instruction) {
        VarHandle.fullFence();
        hart.pc += instruction.length();
        return Outcome.LEAVE;
    }
}
