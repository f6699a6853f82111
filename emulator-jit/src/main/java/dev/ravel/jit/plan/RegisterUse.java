package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.isa.RegisterNames;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which registers an instruction reads and writes, as sets: bit {@code n} is {@code xn}, bit {@code 32 + n} is {@code fn}.
 * {@code x0} is in none.
 */
public final class RegisterUse {
    /** All floating-point registers. */
    public static final long FLOATS = -1L << 32;

    private RegisterUse() {}

    /** The set of that one integer register; empty for {@code x0}. */
    public static long x(int register) {
        return register == 0 ? 0 : 1L << register;
    }

    /** The set of that one floating-point register. */
    public static long f(int register) {
        return 1L << 32 + register;
    }

    /** The calling convention's name of the register that this bit of a set stands for. */
    public static String name(int bit) {
        return bit < 32 ? RegisterNames.x(bit) : RegisterNames.f(bit - 32);
    }

    /** The names of a set's registers, in the order of their numbers. */
    public static List<String> names(long set) {
        return IntStream.range(0, Long.SIZE)
                .filter(bit -> (set >>> bit & 1) != 0)
                .mapToObj(RegisterUse::name)
                .toList();
    }

    /** What it reads. */
    public static long reads(Decoded d) {
        long set = 0;
        for (Operand operand : d.instruction().operands()) {
            set |= switch (operand.role()) {
                case RS1 -> register(operand, d.rs1());
                case RS2 -> register(operand, d.rs2());
                case RS3 -> register(operand, d.rs3());
                default -> 0;
            };
        }
        return d.instruction().operation() instanceof Operation.CompareAndSwap ? set | x(d.rd()) : set;
    }

    /** What it writes. */
    public static long writes(Decoded d) {
        for (Operand operand : d.instruction().operands()) {
            if (operand.role() == Operand.Role.RD) {
                return register(operand, d.rd());
            }
        }
        return 0;
    }

    private static long register(Operand operand, int number) {
        return switch (operand.kind()) {
            case X_REGISTER -> x(number);
            case F_REGISTER -> f(number);
            default -> 0;
        };
    }

    /**
     * Whether control may leave the unit before or at the instruction, so that every register has to be what the
     * architecture says.
     */
    public static boolean mayLeave(Decoded d) {
        return switch (d.instruction().operation()) {
            case Operation.Pure _ -> d.instruction().usesFloat();
            case Operation.PcRelative _, Operation.Effect _, Operation.Hint _ -> false;
            // Whether these leave depends on where they go.
            case Operation.Branch _, Operation.Jump _, Operation.JumpRegister _ -> false;
            default -> true;
        };
    }
}
