package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/**
 * C for RV64 with D: compressed instructions (Unprivileged, 26). Each is an alias of a base instruction; encodings that are
 * hints expand to instructions that write {@code x0} or change nothing.
 */
public final class RvC {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.C, RvC.class)
            .expandingTo(RvI.ROWS)
            .expandingTo(RvD.ROWS)
            .expandingTo(Privileged.ROWS)
            // Quadrant 0
            .compressed("c.addi4spn rd', sp, nzuimm", "000 nzuimm[5:4|9:6|2|3] rd' 00", "addi rd', sp, nzuimm")
            .compressed("c.fld fd', uimm(rs1')", "001 uimm[5:3] rs1' uimm[7:6] fd' 00", "fld fd', uimm(rs1')")
            .compressed("c.lw rd', uimm(rs1')", "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "lw rd', uimm(rs1')")
            .compressed("c.ld rd', uimm(rs1')", "011 uimm[5:3] rs1' uimm[7:6] rd' 00", "ld rd', uimm(rs1')")
            .compressed("c.fsd fs2', uimm(rs1')", "101 uimm[5:3] rs1' uimm[7:6] fs2' 00", "fsd fs2', uimm(rs1')")
            .compressed("c.sw rs2', uimm(rs1')", "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "sw rs2', uimm(rs1')")
            .compressed("c.sd rs2', uimm(rs1')", "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", "sd rs2', uimm(rs1')")
            // Quadrant 1
            .compressed("c.nop", "000 0 00000 00000 01", "addi x0, x0, 0")
            .compressed("c.addi rd, imm", "000 imm[5] rd imm[4:0] 01", "addi rd, rd, imm")
            .compressed("c.addiw rdnz, imm", "001 imm[5] rdnz imm[4:0] 01", "addiw rdnz, rdnz, imm")
            .compressed("c.li rd, imm", "010 imm[5] rd imm[4:0] 01", "addi rd, x0, imm")
            .compressed("c.addi16sp sp, nzimm", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01", "addi sp, sp, nzimm")
            .compressed("c.lui rdnot2, nzimm", "011 nzimm[17] rdnot2 nzimm[16:12] 01", "lui rdnot2, nzimm")
            .compressed("c.srli rsd', shamt", "100 shamt[5] 00 rsd' shamt[4:0] 01", "srli rsd', rsd', shamt")
            .compressed("c.srai rsd', shamt", "100 shamt[5] 01 rsd' shamt[4:0] 01", "srai rsd', rsd', shamt")
            .compressed("c.andi rsd', imm", "100 imm[5] 10 rsd' imm[4:0] 01", "andi rsd', rsd', imm")
            .compressed("c.sub rsd', rs2'", "100 0 11 rsd' 00 rs2' 01", "sub rsd', rsd', rs2'")
            .compressed("c.xor rsd', rs2'", "100 0 11 rsd' 01 rs2' 01", "xor rsd', rsd', rs2'")
            .compressed("c.or rsd', rs2'", "100 0 11 rsd' 10 rs2' 01", "or rsd', rsd', rs2'")
            .compressed("c.and rsd', rs2'", "100 0 11 rsd' 11 rs2' 01", "and rsd', rsd', rs2'")
            .compressed("c.subw rsd', rs2'", "100 1 11 rsd' 00 rs2' 01", "subw rsd', rsd', rs2'")
            .compressed("c.addw rsd', rs2'", "100 1 11 rsd' 01 rs2' 01", "addw rsd', rsd', rs2'")
            .compressed("c.j offset", "101 offset[11|4|9:8|10|6|7|3:1|5] 01", "jal x0, offset")
            .compressed("c.beqz rs1', offset", "110 offset[8|4:3] rs1' offset[7:6|2:1|5] 01", "beq rs1', x0, offset")
            .compressed("c.bnez rs1', offset", "111 offset[8|4:3] rs1' offset[7:6|2:1|5] 01", "bne rs1', x0, offset")
            // Quadrant 2
            .compressed("c.slli rd, shamt", "000 shamt[5] rd shamt[4:0] 10", "slli rd, rd, shamt")
            .compressed("c.fldsp fd, uimm(sp)", "001 uimm[5] fd uimm[4:3|8:6] 10", "fld fd, uimm(sp)")
            .compressed("c.lwsp rdnz, uimm(sp)", "010 uimm[5] rdnz uimm[4:2|7:6] 10", "lw rdnz, uimm(sp)")
            .compressed("c.ldsp rdnz, uimm(sp)", "011 uimm[5] rdnz uimm[4:3|8:6] 10", "ld rdnz, uimm(sp)")
            .compressed("c.jr rs1nz", "100 0 rs1nz 00000 10", "jalr x0, 0(rs1nz)")
            .compressed("c.mv rd, rs2nz", "100 0 rd rs2nz 10", "add rd, x0, rs2nz")
            .compressed("c.ebreak", "100 1 00000 00000 10", "ebreak")
            .compressed("c.jalr rs1nz", "100 1 rs1nz 00000 10", "jalr x1, 0(rs1nz)")
            .compressed("c.add rd, rs2nz", "100 1 rd rs2nz 10", "add rd, rd, rs2nz")
            .compressed("c.fsdsp fs2, uimm(sp)", "101 uimm[5:3|8:6] fs2 10", "fsd fs2, uimm(sp)")
            .compressed("c.swsp rs2, uimm(sp)", "110 uimm[5:2|7:6] rs2 10", "sw rs2, uimm(sp)")
            .compressed("c.sdsp rs2, uimm(sp)", "111 uimm[5:3|8:6] rs2 10", "sd rs2, uimm(sp)")
            .build();

    private RvC() {}
}
