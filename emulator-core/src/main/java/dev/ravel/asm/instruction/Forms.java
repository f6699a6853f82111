package dev.ravel.asm.instruction;

import dev.ravel.asm.instruction.Form.Argument;
import dev.ravel.asm.instruction.Form.Compression;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All forms by mnemonic, and the compressed encodings by the instruction that they stand for. */
public final class Forms {
    /** Those of RV64 with all extensions. */
    public static final Forms RV64 = new Forms(Extensions.RV64);

    private final InstructionSet instructions;
    private final Map<String, List<Form>> byMnemonic = new HashMap<>(1024);
    private final Map<String, List<Instruction>> compressed = new HashMap<>(128);

    private Forms(InstructionSet instructions) {
        this.instructions = instructions;
        for (Instruction instruction : instructions.all()) {
            var arguments = new ArrayList<Argument>(instruction.operands().size());
            for (int i = 0; i < instruction.operands().size(); i++) {
                arguments.add(Argument.written(i));
            }
            add(new Form(
                    instruction.mnemonic(),
                    instruction.syntax(),
                    instruction.operands(),
                    instruction,
                    arguments,
                    compression(instruction)));
            if (instruction.expansion().isPresent()) {
                compressed
                        .computeIfAbsent(instruction.expansion().get().base().mnemonic(), key -> new ArrayList<>(4))
                        .add(instruction);
            }
        }
        for (Pseudo pseudo : new PseudoTable(instructions).all()) {
            if (pseudo.written()) {
                add(form(pseudo));
            }
        }
    }

    private static Form form(Pseudo pseudo) {
        var arguments = new ArrayList<Argument>(pseudo.sources().size());
        for (Pseudo.Source from : pseudo.sources()) {
            // Not a switch over patterns: the first of these costs much at every start.
            if (from instanceof Pseudo.Source.Given(int index)) {
                arguments.add(Argument.written(index));
            } else if (from instanceof Pseudo.Source.Constant(long value)) {
                arguments.add(Argument.constant(value));
            }
        }
        return new Form(
                pseudo.mnemonic(), pseudo.syntax(), pseudo.operands(), pseudo.base(), arguments, compression(pseudo));
    }

    /** Jumps compress only when written as {@code j}, {@code jr} or {@code jalr} with one operand. */
    private static Compression compression(Instruction instruction) {
        boolean jump = instruction.operation() instanceof Operation.Jump
                || instruction.operation() instanceof Operation.JumpRegister;
        return jump && instruction.length() == 4 ? Compression.NONE : Compression.ANY;
    }

    private static Compression compression(Pseudo pseudo) {
        boolean jumpWithOperands = pseudo.base().operation() instanceof Operation.JumpRegister
                && pseudo.operands().size() > 1;
        if (jumpWithOperands) {
            return Compression.NONE;
        }
        if (pseudo.mnemonic().equals("add")) {
            return Compression.ADDITION;
        }
        boolean move = pseudo.mnemonic().equals("mv") || pseudo.mnemonic().equals("move");
        return move ? Compression.MOVE : Compression.ANY;
    }

    private void add(Form form) {
        byMnemonic.computeIfAbsent(form.mnemonic(), key -> new ArrayList<>(2)).add(form);
    }

    /** The ways to write that mnemonic, the instruction's own first; empty if there is none. */
    public List<Form> of(String mnemonic) {
        return byMnemonic.getOrDefault(mnemonic, List.of());
    }

    public Collection<String> mnemonics() {
        return byMnemonic.keySet();
    }

    /** The compressed instructions that are aliases of {@code base}. */
    List<Instruction> compressedFormsOf(Instruction base) {
        return compressed.getOrDefault(base.mnemonic(), List.of());
    }

    /** The instruction of that name, which the set has. */
    public Instruction instruction(String mnemonic) {
        return instructions.byMnemonic(mnemonic).orElseThrow(() -> new IllegalStateException("no " + mnemonic));
    }
}
