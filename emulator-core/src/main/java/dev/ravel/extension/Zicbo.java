package dev.ravel.extension;

import dev.ravel.csr.Environment;
import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.mmu.Mmu;
import java.util.List;
import java.util.stream.Stream;

/**
 * Zicbom and Zicboz, operations on cache blocks of 64 bytes (Unprivileged, CMO). There is no cache, so the management
 * operations only check that they are allowed.
 */
public final class Zicbo {
    /** Bytes of a cache block; the device tree says so too. */
    public static final int BLOCK = 64;

    static final List<Instruction> ROWS = Stream.concat(
                    InstructionTable.of(Extension.ZICBOM, Zicbo.class)
                            .control("cbo.inval (rs1)", "000000000000 rs1 010 00000 0001111")
                            .control("cbo.clean (rs1)", "000000000001 rs1 010 00000 0001111", "cboClean")
                            .control("cbo.flush (rs1)", "000000000010 rs1 010 00000 0001111", "cboClean")
                            .build()
                            .stream(),
                    InstructionTable.of(Extension.ZICBOZ, Zicbo.class)
                            .control("cbo.zero (rs1)", "000000000100 rs1 010 00000 0001111")
                            .build()
                            .stream())
            .toList();

    private Zicbo() {}

    /** Where it is allowed it may flush instead of invalidate; with no cache the two are the same. */
    public static int cboInval(Hart hart, Decoded instruction) {
        return manage(hart, instruction, Environment.CBIE);
    }

    public static int cboClean(Hart hart, Decoded instruction) {
        return manage(hart, instruction, Environment.CBCFE);
    }

    private static int manage(Hart hart, Decoded instruction, long field) {
        if (!hart.csrs.environment.allows(field, hart.privilege())) {
            return hart.raiseIllegal(instruction);
        }
        return hart.mmu.manageBlock(hart.x[instruction.rs1()], BLOCK) ? Outcome.NEXT : hart.raiseFault();
    }

    public static int cboZero(Hart hart, Decoded instruction) {
        if (!hart.csrs.environment.allows(Environment.CBZE, hart.privilege())) {
            return hart.raiseIllegal(instruction);
        }
        hart.mmu.zeroBlock(hart.x[instruction.rs1()], BLOCK);
        return hart.mmu.faultCause == Mmu.NO_FAULT ? Outcome.NEXT : hart.raiseFault();
    }
}
