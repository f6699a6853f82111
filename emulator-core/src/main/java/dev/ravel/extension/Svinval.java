package dev.ravel.extension;

import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Privilege;
import java.util.List;

/**
 * Svinval (Privileged 1.13, 16): {@code sfence.vma} taken apart. Here {@code sinval.vma} does all of the work and is
 * ordered with everything, so the fences around it have nothing left to do.
 */
public final class Svinval {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.SVINVAL, Svinval.class)
            .control("sinval.vma rs1, rs2", "0001011 rs2 rs1 000 00000 1110011")
            .control("sfence.w.inval", "0001100 00000 00000 000 00000 1110011", "fence")
            .control("sfence.inval.ir", "0001100 00001 00000 000 00000 1110011", "fence")
            .build();

    private Svinval() {}

    public static int sinvalVma(Hart hart, Decoded instruction) {
        return Privileged.mayFence(hart) ? Privileged.fence(hart, instruction) : hart.raiseIllegal(instruction);
    }

    /** Legal in S-mode whatever TVM says. */
    public static int fence(Hart hart, Decoded instruction) {
        return hart.privilege() == Privilege.USER ? hart.raiseIllegal(instruction) : Outcome.NEXT;
    }
}
