package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation.Extend;
import java.util.List;

/** F, single-precision floating point (Unprivileged, 20). */
public final class RvF {
    static final List<Instruction> ROWS = Table.of(Extension.F, RvF.class)
            .load("flw fd, imm(rs1)", "imm[11:0] rs1 010 fd 0000111", 4, Extend.BOXED)
            .store("fsw fs2, imm(rs1)", "imm[11:5] fs2 rs1 010 imm[4:0] 0100111", 4)
            .build();

    private RvF() {}
}
