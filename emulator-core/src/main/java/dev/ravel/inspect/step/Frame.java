package dev.ravel.inspect.step;

import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.InstructionView;
import dev.ravel.isa.Decoded;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a function has for itself while others run in between: an address where it goes on, with its stack pointer, in its
 * mode and address space. The calling convention has a function return with the stack pointer that it was called with.
 */
record Frame(long pc, long sp, int privilege, long satp) {
    private static final int RA = 1;
    private static final int SP = 2;

    /** The other register that a call may leave its return address in (Unprivileged, 2.5.1). */
    private static final int ALTERNATE = 5;

    /** How an instruction changes which function runs. */
    enum Flow {
        CALL,
        RETURN,
        OTHER
    }

    /** An instruction, as far as that goes. */
    record Next(Flow flow, int length) {}

    /** The one that goes on where the hart is about to execute, {@code skip} bytes later. */
    static Frame of(Hart hart, int skip) {
        return new Frame(hart.pc + skip, hart.x[SP], hart.privilege(), hart.csrs.satp.value);
    }

    boolean isBack(Hart hart) {
        return hart.pc == pc && hart.x[SP] == sp && hart.privilege() == privilege && hart.csrs.satp.value == satp;
    }

    /** The instruction that is next; none, where it cannot be fetched. */
    static Optional<Next> next(Hart hart) {
        OptionalInt bits = InstructionView.bits(hart, hart.pc);
        return bits.isEmpty() ? Optional.empty() : Optional.of(next(Extensions.RV64.decode(bits.getAsInt())));
    }

    private static Next next(Decoded decoded) {
        Flow flow = switch (decoded.instruction().mnemonic()) {
            case "jal" -> isLink(decoded.rd()) ? Flow.CALL : Flow.OTHER;
            case "jalr" -> isLink(decoded.rd()) ? Flow.CALL : isLink(decoded.rs1()) ? Flow.RETURN : Flow.OTHER;
            case "mret", "sret" -> Flow.RETURN;
            default -> Flow.OTHER;
        };
        return new Next(flow, decoded.length());
    }

    private static boolean isLink(int register) {
        return register == RA || register == ALTERNATE;
    }
}
