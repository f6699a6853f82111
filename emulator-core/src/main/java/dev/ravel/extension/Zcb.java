package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zcb, more compressed instructions (Unprivileged, 27.3), aliases like those of {@link RvC}. */
public final class Zcb {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZCB, Zcb.class)
            .expandingTo(RvI.ROWS)
            .expandingTo(RvM.ROWS)
            .expandingTo(Zba.ROWS)
            .expandingTo(Zbb.ROWS)
            .compressed("c.lbu rd', uimm(rs1')", "100000 rs1' uimm[0|1] rd' 00", "lbu rd', uimm(rs1')")
            .compressed("c.lhu rd', uimm(rs1')", "100001 rs1' 0 uimm[1] rd' 00", "lhu rd', uimm(rs1')")
            .compressed("c.lh rd', uimm(rs1')", "100001 rs1' 1 uimm[1] rd' 00", "lh rd', uimm(rs1')")
            .compressed("c.sb rs2', uimm(rs1')", "100010 rs1' uimm[0|1] rs2' 00", "sb rs2', uimm(rs1')")
            .compressed("c.sh rs2', uimm(rs1')", "100011 rs1' 0 uimm[1] rs2' 00", "sh rs2', uimm(rs1')")
            .compressed("c.zext.b rsd'", "100111 rsd' 11 000 01", "andi rsd', rsd', 255")
            .compressed("c.sext.b rsd'", "100111 rsd' 11 001 01", "sext.b rsd', rsd'")
            .compressed("c.zext.h rsd'", "100111 rsd' 11 010 01", "zext.h rsd', rsd'")
            .compressed("c.sext.h rsd'", "100111 rsd' 11 011 01", "sext.h rsd', rsd'")
            .compressed("c.zext.w rsd'", "100111 rsd' 11 100 01", "add.uw rsd', rsd', x0")
            .compressed("c.not rsd'", "100111 rsd' 11 101 01", "xori rsd', rsd', -1")
            .compressed("c.mul rsd', rs2'", "100111 rsd' 10 rs2' 01", "mul rsd', rsd', rs2'")
            .build();

    private Zcb() {}
}
