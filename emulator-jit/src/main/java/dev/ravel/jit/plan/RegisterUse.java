package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.isa.RegisterNames;
import java.util.List;
import java.util.function.IntPredicate;
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
            if (operand.role() != Operand.Role.RD) {
                set |= register(operand, d);
            }
        }
        return d.instruction().operation() instanceof Operation.CompareAndSwap ? set | x(d.rd()) : set;
    }

    /** What it writes. */
    public static long writes(Decoded d) {
        for (Operand operand : d.instruction().operands()) {
            if (operand.role() == Operand.Role.RD) {
                return register(operand, d);
            }
        }
        return 0;
    }

    /** The set of the register that an operand names; empty if it names none. */
    private static long register(Operand operand, Decoded d) {
        int number = switch (operand.role()) {
            case RD -> d.rd();
            case RS1 -> d.rs1();
            case RS2 -> d.rs2();
            case RS3 -> d.rs3();
            default -> 0;
        };
        return switch (operand.kind()) {
            case X_REGISTER -> x(number);
            case F_REGISTER -> f(number);
            default -> 0;
        };
    }

    /** The floating-point registers that it reads or writes as something else than a number of 64 bits. */
    public static long otherThanDoubles(Decoded d) {
        return floats(d, format -> format != 'd');
    }

    /** The floating-point registers that it reads or writes as a number of 32 bits in its box. */
    public static long singles(Decoded d) {
        return floats(d, format -> format == 's');
    }

    /** Whether what it writes is a number of 32 bits in its box. What it reads in the same register may be something else. */
    public static boolean writesSingle(Decoded d) {
        return (writes(d) & FLOATS) != 0 && format(d, Operand.Role.RD) == 's';
    }

    private static long floats(Decoded d, IntPredicate which) {
        long set = 0;
        for (Operand operand : d.instruction().operands()) {
            if (operand.kind() == Operand.Kind.F_REGISTER && which.test(format(d, operand.role()))) {
                set |= register(operand, d);
            }
        }
        return set;
    }

    /** The letter by which mnemonics call the format of a floating-point operand: {@code h}, {@code s} or {@code d}. */
    private static char format(Decoded d, Operand.Role role) {
        int bytes = switch (d.instruction().operation()) {
            case Operation.Load load -> load.size();
            case Operation.Store store -> store.size();
            default -> 0;
        };
        if (bytes != 0) {
            return bytes == 8 ? 'd' : bytes == 4 ? 's' : 'h';
        }
        // fcvt.s.d, fmv.x.w: the destination's format comes first.
        String[] parts = d.instruction().mnemonic().split("\\.");
        boolean both = parts.length > 2;
        char letter = parts[both && role == Operand.Role.RD ? 1 : parts.length - 1].charAt(0);
        return letter == 'w' ? 's' : letter;
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
