package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation.Extend;
import java.util.List;

/** D, double-precision floating point (Unprivileged, 21). */
public final class RvD {
    static final List<Instruction> ROWS = Table.of(Extension.D, RvD.class)
            .load("fld fd, imm(rs1)", "imm[11:0] rs1 011 fd 0000111", 8, Extend.SIGNED)
            .store("fsd fs2, imm(rs1)", "imm[11:5] fs2 rs1 011 imm[4:0] 0100111", 8)
            .build();

    private RvD() {}
}
