package dev.ravel.testroms.random;

import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chooses operands: any that the encoding allows, with values at the edges more often, and such that no register is
 * written that the program's own structure needs.
 */
final class OperandChooser {
    /** After so many failures an instruction is taken to have no operands that are allowed. */
    private static final int ATTEMPTS = 200;

    /** Registers that hold addresses of data. Two of them can be named by compressed instructions; one is {@code sp}. */
    static final int[] POINTERS = {2, 8, 9, 18};

    /** Links of calls, and of calls within them. */
    static final int LINK = 1;

    static final int INNER_LINK = 5;

    /** The first of the registers that count rounds of loops. */
    static final int COUNTERS = 19;

    private static final int COUNTER_COUNT = 3;

    /** Registers that are used more often, so that instructions depend on each other. */
    private static final int HOT = 10;

    private static final int HOT_COUNT = 6;

    /** What a program may write, whatever its mode. */
    private static final int[] WRITABLE_CSRS = {
        CsrNumber.FFLAGS,
        CsrNumber.FRM,
        CsrNumber.FCSR,
        CsrNumber.FFLAGS,
        CsrNumber.FCSR,
        CsrNumber.SSCRATCH,
        CsrNumber.SCAUSE,
        CsrNumber.STVAL,
        // Not alike everywhere: the lowest bit of these, and the value of a trap.
        CsrNumber.SEPC,
        CsrNumber.MEPC,
        CsrNumber.MTVAL
    };

    private static final int ALIKE_EVERYWHERE = 8;

    private final SplittableRandom random;
    private final InstructionSet set;
    private final boolean anyCsr;
    private int reserved = 1 << LINK | 1 << INNER_LINK | ((1 << COUNTER_COUNT) - 1) << COUNTERS;

    /** @param anyCsr whether CSRs may be used whose value is this machine's own business */
    OperandChooser(SplittableRandom random, InstructionSet set, boolean anyCsr) {
        this.random = random;
        this.set = set;
        this.anyCsr = anyCsr;
        for (int pointer : POINTERS) {
            reserved |= 1 << pointer;
        }
    }

    /** A register that may be written, not {@code x0}. */
    int writable() {
        while (true) {
            int register = random.nextInt(1, 32);
            if ((reserved >>> register & 1) == 0) {
                return register;
            }
        }
    }

    /** As {@link #writable()}, another one. */
    int writableBut(int other) {
        while (true) {
            int register = writable();
            if (register != other) {
                return register;
            }
        }
    }

    int pointer() {
        return POINTERS[random.nextInt(POINTERS.length)];
    }

    /**
     * Encodes an instruction with operands of which the first source is {@code base} if that is not negative.
     *
     * @return the encoding, or -1 if there is none with allowed operands
     */
    long encode(Instruction instruction, int base) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Operand> operands = instruction.operands();
            long[] values = new long[operands.size()];
            boolean possible = true;
            for (int i = 0; i < values.length && possible; i++) {
                Operand operand = operands.get(i);
                values[i] = value(instruction, operand, base);
                possible = operand.accepts(values[i]);
            }
            if (possible && mayWrite(instruction, values)) {
                int bits = instruction.encode(values);
                if (keepsStructure(bits)) {
                    return Integer.toUnsignedLong(bits);
                }
            }
        }
        return -1;
    }

    private long value(Instruction instruction, Operand operand, int base) {
        if (operand.role() == Operand.Role.RS1 && operand.kind() == Operand.Kind.X_REGISTER && base >= 0) {
            // The stack pointer where nothing else can be named: it points to data as well.
            return operand.accepts(base) ? base : operand.mask() == 0 ? 2 : compressedPointer();
        }
        return switch (operand.kind()) {
            case X_REGISTER ->
                random.nextBoolean() ? HOT + random.nextInt(HOT_COUNT) : operand.extract(random.nextInt());
            case F_REGISTER -> floatRegister(instruction, operand);
            case CSR_NUMBER -> csr();
            case ROUNDING_MODE -> operand.accepts(7) && random.nextInt(3) > 0 ? 7 : operand.extract(random.nextInt());
            default -> operand.extract(edge());
        };
    }

    private static long compressedPointer() {
        return POINTERS[1];
    }

    /** Bits that are all random, or few, or nearly all set. */
    @SuppressWarnings("IdentityBinaryExpression") // a different number each time
    private int edge() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> random.nextInt() & random.nextInt() & random.nextInt();
            case 3 -> random.nextInt() | random.nextInt() | random.nextInt();
            default -> random.nextInt();
        };
    }

    /** Mostly one that holds a value of the instruction's format: f0 to f9 double, to f20 single, to f31 half. */
    private int floatRegister(Instruction instruction, Operand operand) {
        int any = (int) operand.extract(random.nextInt());
        if (operand.mask() >>> 16 == 0 && instruction.length() == 2 || random.nextInt(6) == 0) {
            return any;
        }
        String mnemonic = instruction.mnemonic();
        return switch (mnemonic.substring(mnemonic.lastIndexOf('.') + 1)) {
            case "d" -> random.nextInt(0, 10);
            case "s", "w" -> random.nextInt(10, 21);
            case "h" -> random.nextInt(21, 32);
            default -> any;
        };
    }

    private int csr() {
        return switch (random.nextInt(anyCsr ? 4 : 2)) {
            case 2 -> random.nextInt(CsrNumber.COUNT);
            case 3 -> CsrNumber.CYCLE + random.nextInt(4);
            default -> WRITABLE_CSRS[random.nextInt(anyCsr ? WRITABLE_CSRS.length : ALIKE_EVERYWHERE)];
        };
    }

    /** CSRs that hold the machine together are only read. */
    private static boolean mayWrite(Instruction instruction, long[] values) {
        if (!(instruction.operation() instanceof Operation.Csr csr)) {
            return true;
        }
        long number = 0;
        long source = 0;
        for (int i = 0; i < values.length; i++) {
            switch (instruction.operands().get(i).role()) {
                case CSR -> number = values[i];
                case RS1 -> source = values[i];
                default -> {}
            }
        }
        boolean writes = csr.access() == Operation.CsrAccess.WRITE || source != 0;
        if (!writes) {
            return true;
        }
        for (int writable : WRITABLE_CSRS) {
            if (writable == number) {
                return true;
            }
        }
        return CsrNumber.isReadOnly((int) number);
    }

    /** Whether the instruction writes no register that is spoken for. */
    private boolean keepsStructure(int bits) {
        Decoded decoded = set.decode(bits);
        for (Operand operand : decoded.instruction().operands()) {
            if (operand.role() == Operand.Role.RD && operand.kind() == Operand.Kind.X_REGISTER) {
                boolean pair =
                        decoded.instruction().operation() instanceof Operation.CompareAndSwap swap && swap.size() == 16;
                if ((reserved >>> decoded.rd() & 1) != 0
                        || pair && decoded.rd() != 0 && (reserved >>> decoded.rd() + 1 & 1) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
