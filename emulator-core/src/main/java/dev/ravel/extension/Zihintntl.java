package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/**
 * Zihintntl (Unprivileged, 9): hints that the next memory access is non-temporal, encoded as additions to {@code x0}. The
 * compressed forms are names for {@code c.add} with {@code rd} 0, which {@link RvC} already decodes as the hint it is.
 */
public final class Zihintntl {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZIHINTNTL, Zihintntl.class)
            .hint("ntl.p1", "0000000 00010 00000 000 00000 0110011")
            .hint("ntl.pall", "0000000 00011 00000 000 00000 0110011")
            .hint("ntl.s1", "0000000 00100 00000 000 00000 0110011")
            .hint("ntl.all", "0000000 00101 00000 000 00000 0110011")
            .build();

    private Zihintntl() {}
}
