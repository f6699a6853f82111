package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation.CompareAndSwap;
import java.util.List;

/** Zabha, atomic memory operations on bytes and halfwords, those of Zacas included (Unprivileged, 13.6). */
public final class Zabha {
    static final List<Instruction> ROWS = RvA.amos(
                    RvA.amos(InstructionTable.of(Extension.ZABHA, Zabha.class), "b", 1, "000"), "h", 2, "001")
            .row("amocas.b rd, rs2, (rs1)", "00101 aq rl rs2 rs1 000 rd 0101111", new CompareAndSwap(1))
            .row("amocas.h rd, rs2, (rs1)", "00101 aq rl rs2 rs1 001 rd 0101111", new CompareAndSwap(2))
            .build();

    private Zabha() {}
}
