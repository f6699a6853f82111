package dev.ravel.testroms.random;

import dev.ravel.extension.Extensions;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The instructions that random programs are made of, by what a program can do with them. All come from the one table of
 * instructions; those that are left out stand here by name, with the reason.
 */
public final class Vocabulary {
    /**
     * What a generator cannot use just anywhere: {@code mret} and {@code sret} go to an address that has to be set up,
     * {@code c.addi16sp} moves a pointer (all three have places of their own in programs), and {@code wfi} would wait
     * for an interrupt that never comes.
     */
    private static final Set<String> PLACED = Set.of("mret", "sret", "c.addi16sp", "wfi");

    private static final Set<String> TRAPS = Set.of("ecall", "ebreak", "c.ebreak");

    private final InstructionSet set;
    private final Map<Kind, List<Instruction>> byKind = new EnumMap<>(Kind.class);
    private final Predicate<Instruction> excluded;

    /** What a program can do with an instruction. */
    enum Kind {
        INTEGER,
        FLOAT,
        MEMORY,
        ATOMIC,
        BRANCH,
        CSR,
        /** Fences, hints, cache blocks: whatever takes registers, the first of which may be an address. */
        OTHER,
        TRAP,
        /** Jumps, and what needs a place of its own. */
        PLACED
    }

    private Vocabulary(InstructionSet set, Predicate<Instruction> excluded) {
        this.set = set;
        this.excluded = excluded;
        for (Kind kind : Kind.values()) {
            byKind.put(kind, new ArrayList<>());
        }
        for (Instruction instruction : set.all()) {
            if (!excluded.test(instruction)) {
                of(kind(instruction)).add(instruction);
            }
        }
    }

    /** Every instruction that Ravel knows. */
    public static Vocabulary all() {
        return without(instruction -> false);
    }

    /** Every instruction but some. */
    public static Vocabulary without(Predicate<Instruction> excluded) {
        return new Vocabulary(Extensions.RV64, excluded);
    }

    /** The set that the instructions are of. */
    InstructionSet set() {
        return set;
    }

    List<Instruction> of(Kind kind) {
        return Objects.requireNonNull(byKind.get(kind));
    }

    /** An instruction that programs are built with, excluded or not. */
    Instruction named(String mnemonic) {
        return set.byMnemonic(mnemonic).orElseThrow();
    }

    /** Whether programs may contain this instruction. */
    boolean has(String mnemonic) {
        return !excluded.test(named(mnemonic));
    }

    private static Kind kind(Instruction instruction) {
        if (PLACED.contains(instruction.mnemonic())) {
            return Kind.PLACED;
        }
        if (TRAPS.contains(instruction.mnemonic())) {
            return Kind.TRAP;
        }
        return switch (instruction.operation()) {
            case Operation.Pure pure -> instruction.usesFloat() || rounds(instruction) ? Kind.FLOAT : Kind.INTEGER;
            case Operation.PcRelative relative -> Kind.INTEGER;
            case Operation.Load load -> Kind.MEMORY;
            case Operation.Store store -> Kind.MEMORY;
            case Operation.LoadReserved reserved -> Kind.ATOMIC;
            case Operation.StoreConditional conditional -> Kind.ATOMIC;
            case Operation.Amo amo -> Kind.ATOMIC;
            case Operation.CompareAndSwap swap -> Kind.ATOMIC;
            case Operation.Branch branch -> Kind.BRANCH;
            case Operation.Jump jump -> Kind.PLACED;
            case Operation.JumpRegister jump -> Kind.PLACED;
            case Operation.Csr csr -> Kind.CSR;
            default -> Kind.OTHER;
        };
    }

    private static boolean rounds(Instruction instruction) {
        return instruction.operands().stream().anyMatch(o -> o.role() == Operand.Role.ROUNDING_MODE);
    }
}
