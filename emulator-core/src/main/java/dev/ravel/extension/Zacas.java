package dev.ravel.extension;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation.CompareAndSwap;
import java.util.List;

/** Zacas, compare and swap (Unprivileged, 13.5). The quadword form names pairs of registers; odd ones are reserved. */
public final class Zacas {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.ZACAS, Zacas.class)
            .row("amocas.w rd, rs2, (rs1)", "00101 aq rl rs2 rs1 010 rd 0101111", new CompareAndSwap(4))
            .row("amocas.d rd, rs2, (rs1)", "00101 aq rl rs2 rs1 011 rd 0101111", new CompareAndSwap(8))
            .row(
                    "amocas.q rdpair, rs2pair, (rs1)",
                    "00101 aq rl rs2pair rs1 100 rdpair 0101111",
                    new CompareAndSwap(16))
            .build();

    private Zacas() {}
}
