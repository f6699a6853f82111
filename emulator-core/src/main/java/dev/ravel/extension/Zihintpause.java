package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zihintpause (Unprivileged, 8): the {@code fence} hint by which a spinning hart yields resources. */
public final class Zihintpause {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZIHINTPAUSE, Zihintpause.class)
            .effect("pause", "000000010000 00000 000 00000 0001111", "pause")
            .build();

    private Zihintpause() {}

    /**
     * Gives the host's core away: the hart that this one waits for may be waiting for a core itself, where there are more
     * harts than free cores.
     */
    public static void pause() {
        Thread.yield();
    }
}
