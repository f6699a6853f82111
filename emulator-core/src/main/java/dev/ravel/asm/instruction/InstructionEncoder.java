package dev.ravel.asm.instruction;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operand.Role;
import dev.ravel.isa.Operation;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Chooses encodings: the compressed one where there is one, as GNU {@code as} does. */
public final class InstructionEncoder {
    /** Where exchanging the sources changes nothing. */
    private static final Set<String> COMMUTATIVE = Set.of("add", "addw", "and", "or", "xor", "mul");

    private static final Map<String, String> INVERSE =
            Map.of("beq", "bne", "bne", "beq", "blt", "bge", "bge", "blt", "bltu", "bgeu", "bgeu", "bltu");

    public static final InstructionEncoder INSTANCE = new InstructionEncoder(Forms.RV64);

    private final Forms forms;
    private final Instruction addi;
    private final Instruction add;
    private final Instruction move;
    private final int nop;
    private final int compressedNop;

    private InstructionEncoder(Forms forms) {
        this.forms = forms;
        addi = forms.instruction("addi");
        add = forms.instruction("add");
        move = forms.instruction("c.mv");
        nop = addi.encode(0, 0, 0);
        compressedNop = forms.instruction("c.nop").encode();
    }

    public int nop() {
        return nop;
    }

    public int compressedNop() {
        return compressedNop;
    }

    /** Only those compressed encodings that a machine with the extensions of {@code options} has. */
    public OptionalInt compress(Instruction base, int bits, Form.Compression compression, CodeOptions options) {
        if (!options.compressed() || compression == Form.Compression.NONE) {
            return OptionalInt.empty();
        }
        if (compression == Form.Compression.ADDITION) {
            return value(base, bits, Role.RS1) == 0 ? OptionalInt.empty() : search(base, bits, compression, options);
        }
        if (compression == Form.Compression.ANY) {
            OptionalInt found = search(base, bits, compression, options);
            // Only for a destination that is the second source: `add a0, a0, x0` does not become a c.mv.
            if (found.isEmpty()
                    && COMMUTATIVE.contains(base.mnemonic())
                    && value(base, bits, Role.RD) == value(base, bits, Role.RS2)) {
                found = search(base, swapped(base, bits), compression, options);
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return compressMove(base, bits);
    }

    private OptionalInt search(Instruction base, int bits, Form.Compression compression, CodeOptions options) {
        for (Instruction candidate : forms.compressedFormsOf(base)) {
            if (candidate.extension() == Extension.C || options.compressesWith(candidate.extension())) {
                OptionalInt found = candidate.compress(bits);
                if (found.isPresent() && !isHint(candidate, found.getAsInt(), compression)) {
                    return found;
                }
            }
        }
        return OptionalInt.empty();
    }

    /** {@code addi} of 0 is a move, which compresses as an {@code add} to {@code x0}. */
    private OptionalInt compressMove(Instruction base, int bits) {
        if (base != addi || value(addi, bits, Role.IMM) != 0) {
            return OptionalInt.empty();
        }
        long rd = value(addi, bits, Role.RD);
        long rs1 = value(addi, bits, Role.RS1);
        return rd == 0 || rs1 == 0 ? OptionalInt.empty() : move.compress(add.encode(rd, 0, rs1));
    }

    /**
     * Whether it changes nothing, so that the specification has reserved it for hints. {@code c.nop} is none. An
     * {@code add} of 0 GNU as writes nevertheless.
     */
    private static boolean isHint(Instruction candidate, int bits, Form.Compression compression) {
        for (Operand operand : candidate.operands()) {
            boolean writesNothing = operand.role() == Role.RD
                    && operand.kind() == Operand.Kind.X_REGISTER
                    && operand.extract(bits) == 0;
            boolean changesNothing = operand.role() == Role.IMM
                    && operand.extract(bits) == 0
                    && (operand.kind() == Operand.Kind.SHIFT_AMOUNT
                            || candidate.mnemonic().equals("c.addi") && compression == Form.Compression.ANY);
            if (writesNothing || changesNothing) {
                return true;
            }
        }
        return false;
    }

    private static long value(Instruction instruction, int bits, Role role) {
        return operand(instruction, role).extract(bits);
    }

    public static Operand operand(Instruction instruction, Role role) {
        for (Operand operand : instruction.operands()) {
            if (operand.role() == role) {
                return operand;
            }
        }
        throw new IllegalArgumentException(instruction + " has no " + role);
    }

    private static int swapped(Instruction instruction, int bits) {
        Operand first = operand(instruction, Role.RS1);
        Operand second = operand(instruction, Role.RS2);
        return first.insert(second.insert(bits, first.extract(bits)), second.extract(bits));
    }

    /** A compressed form of a jump or branch with its offset still 0. */
    public Optional<Instruction> compressedJump(Instruction base, int bits, CodeOptions options) {
        if (options.compressed()) {
            for (Instruction candidate : forms.compressedFormsOf(base)) {
                if (candidate.compress(bits).isPresent()) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    /** The branch that is taken when {@code branch} is not. */
    public Instruction inverse(Instruction branch) {
        return forms.instruction(Objects.requireNonNull(INVERSE.get(branch.mnemonic())));
    }

    /** Whether this is a branch that can be turned into an inverted one over a jump. */
    public static boolean isBranch(Instruction instruction) {
        return instruction.operation() instanceof Operation.Branch;
    }
}
