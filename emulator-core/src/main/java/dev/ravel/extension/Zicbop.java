package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zicbop (Unprivileged, 19.7): prefetch hints, encoded as {@code ori} to {@code x0}. They never fault. */
public final class Zicbop {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZICBOP, Zicbop.class)
            .hint("prefetch.i imm(rs1)", "imm[11:5] 00000 rs1 110 00000 0010011")
            .hint("prefetch.r imm(rs1)", "imm[11:5] 00001 rs1 110 00000 0010011")
            .hint("prefetch.w imm(rs1)", "imm[11:5] 00011 rs1 110 00000 0010011")
            .build();

    private Zicbop() {}
}
