package dev.ravel.extension;

import dev.ravel.csr.Mstatus;
import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Privilege;
import java.util.List;

/**
 * The privileged instructions (Privileged 1.13, 3.3 and 12.2), and {@code ecall} and {@code ebreak} (Unprivileged,
 * 2.8), which are of the base instruction set but do nothing but trap.
 */
public final class Privileged {
    static final List<Instruction> ROWS = InstructionTable.of(Extension.PRIVILEGED, Privileged.class)
            .control("ecall", "000000000000 00000 000 00000 1110011")
            .control("ebreak", "000000000001 00000 000 00000 1110011")
            .control("sret", "0001000 00010 00000 000 00000 1110011")
            .control("mret", "0011000 00010 00000 000 00000 1110011")
            .control("wfi", "0001000 00101 00000 000 00000 1110011")
            .control("sfence.vma rs1, rs2", "0001001 rs2 rs1 000 00000 1110011")
            .build();

    private Privileged() {}

    public static int ecall(Hart hart, Decoded instruction) {
        int cause = switch (hart.privilege()) {
            case Privilege.USER -> Cause.ECALL_USER;
            case Privilege.SUPERVISOR -> Cause.ECALL_SUPERVISOR;
            default -> Cause.ECALL_MACHINE;
        };
        return hart.raise(cause, 0);
    }

    /** The address of the instruction is its {@code tval}. */
    public static int ebreak(Hart hart, Decoded instruction) {
        return hart.raise(Cause.BREAKPOINT, hart.pc);
    }

    public static int sret(Hart hart, Decoded instruction) {
        boolean trapped = hart.privilege() == Privilege.SUPERVISOR && hart.csrs.mstatus.has(Mstatus.TSR);
        if (hart.privilege() < Privilege.SUPERVISOR || trapped) {
            return hart.raiseIllegal(instruction);
        }
        return hart.returnFromSupervisor();
    }

    public static int mret(Hart hart, Decoded instruction) {
        return hart.privilege() < Privilege.MACHINE ? hart.raiseIllegal(instruction) : hart.returnFromMachine();
    }

    /** Illegal in U-mode, since there is S-mode, and in S-mode with TW: the time limit of both is zero. */
    public static int wfi(Hart hart, Decoded instruction) {
        boolean trapped = hart.privilege() < Privilege.MACHINE && hart.csrs.mstatus.has(Mstatus.TW);
        if (hart.privilege() < Privilege.SUPERVISOR || trapped) {
            return hart.raiseIllegal(instruction);
        }
        hart.pc += instruction.length();
        if (hart.interruptReady()) {
            hart.requestAttention();
            return Outcome.LEAVE;
        }
        return Outcome.WAIT;
    }

    public static int sfenceVma(Hart hart, Decoded instruction) {
        return mayFence(hart) ? fence(hart, instruction) : hart.raiseIllegal(instruction);
    }

    /** Whether {@code sfence.vma} and {@code sinval.vma} are legal (3.1.6.5). */
    static boolean mayFence(Hart hart) {
        return switch (hart.privilege()) {
            case Privilege.USER -> false;
            case Privilege.SUPERVISOR -> !hart.csrs.mstatus.has(Mstatus.TVM);
            default -> true;
        };
    }

    /**
     * Forgets the translations of the address in {@code rs1}, of all addresses if that is {@code x0}: those of all address spaces
     * if {@code rs2} is {@code x0}, else at least those of the one that it names, and none that is global if all addresses are meant.
     */
    static int fence(Hart hart, Decoded instruction) {
        if (instruction.rs1() == 0 && instruction.rs2() == 0) {
            hart.mmu.flush();
        } else if (instruction.rs1() == 0) {
            hart.mmu.flushLocal();
        } else {
            hart.mmu.flush(hart.x[instruction.rs1()]);
        }
        hart.translationChanged();
        hart.pc += instruction.length();
        return Outcome.LEAVE;
    }
}
