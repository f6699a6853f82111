package dev.ravel.extension;

import static dev.ravel.isa.Operation.CsrAccess.CLEAR;
import static dev.ravel.isa.Operation.CsrAccess.SET;
import static dev.ravel.isa.Operation.CsrAccess.WRITE;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.util.List;

/** Zicsr, the instructions that read and write control and status registers (Unprivileged, 6). */
public final class Zicsr {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZICSR, Zicsr.class)
            .csr("csrrw rd, csr, rs1", "csr rs1 001 rd 1110011", WRITE)
            .csr("csrrs rd, csr, rs1", "csr rs1 010 rd 1110011", SET)
            .csr("csrrc rd, csr, rs1", "csr rs1 011 rd 1110011", CLEAR)
            .csr("csrrwi rd, csr, zimm", "csr zimm 101 rd 1110011", WRITE)
            .csr("csrrsi rd, csr, zimm", "csr zimm 110 rd 1110011", SET)
            .csr("csrrci rd, csr, zimm", "csr zimm 111 rd 1110011", CLEAR)
            .build();

    private Zicsr() {}
}
