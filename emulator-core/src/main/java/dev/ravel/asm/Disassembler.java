package dev.ravel.asm;

import dev.ravel.asm.instruction.OperandText;
import dev.ravel.asm.instruction.Pseudo;
import dev.ravel.asm.instruction.PseudoTable;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.isa.RegisterNames;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes instructions as GNU {@code objdump} does: the mnemonic, a tab, the operands with commas and no blanks. Safe
 * for use by several threads.
 */
public final class Disassembler {

    /**
     * How to write.
     *
     * @param aliases whether to prefer pseudo-instructions ({@code ret}) and to write compressed instructions as what
     *     they expand to
     * @param numericRegisters {@code x10} instead of {@code a0}
     */
    public record Style(boolean aliases, boolean numericRegisters) {
        /** For people: {@code mv a0,a1}. */
        public static final Style PLAIN = new Style(true, false);
        /** Exactly what is encoded: {@code c.mv x10,x11}. */
        public static final Style EXACT = new Style(false, true);
    }

    private static final int AQ = 1 << 26;
    private static final int RL = 1 << 25;

    private final InstructionSet set;
    private final Style style;
    private final Map<Instruction, List<Pseudo>> pseudos = new IdentityHashMap<>();

    /** A disassembler for the instructions of {@code set}. */
    public Disassembler(InstructionSet set, Style style) {
        this.set = set;
        this.style = style;
        if (style.aliases()) {
            PseudoTable table = new PseudoTable(set);
            for (Instruction instruction : set.all()) {
                pseudos.put(instruction, table.shownFor(instruction));
            }
        }
    }

    /** The length in bytes, 2 or 4, of the instruction that {@code bits} begin with. */
    public static int length(int bits) {
        return (bits & 3) == 3 ? 4 : 2;
    }

    /**
     * The instruction that {@code bits} begin with, at {@code address}, which branches are relative to. What is no
     * instruction is written as {@code .2byte} or {@code .4byte}.
     */
    public String disassemble(int bits, long address) {
        Optional<Instruction> found = set.identify(bits);
        if (found.isEmpty()) {
            return length(bits) == 2 ? ".2byte\t" + hex(bits & 0xffff) : ".4byte\t" + hex(bits & 0xffff_ffffL);
        }
        Instruction instruction = found.get();
        for (Pseudo pseudo : pseudos.getOrDefault(instruction, List.of())) {
            Optional<long[]> values = pseudo.match(bits);
            if (values.isPresent()) {
                return write(pseudo.mnemonic(), pseudo.syntax(), pseudo.operands(), values.get(), address);
            }
        }
        if (style.aliases() && instruction.expansion().isPresent()) {
            return disassemble(instruction.expansion().get().expand(bits & 0xffff), address);
        }
        long[] values = instruction.operands().stream()
                .mapToLong(operand -> operand.extract(bits))
                .toArray();
        String name = instruction.mnemonic() + ordering(instruction, bits);
        return write(name, instruction.syntax(), instruction.operands(), values, address);
    }

    private static String ordering(Instruction instruction, int bits) {
        return switch (instruction.operation()) {
            case Operation.Amo _,
                    Operation.CompareAndSwap _,
                    Operation.LoadReserved _,
                    Operation.StoreConditional _ -> {
                boolean both = (bits & (AQ | RL)) == (AQ | RL);
                yield both ? ".aqrl" : (bits & AQ) != 0 ? ".aq" : (bits & RL) != 0 ? ".rl" : "";
            }
            default -> "";
        };
    }

    private String write(String mnemonic, String syntax, List<Operand> operands, long[] values, long address) {
        StringBuilder text = new StringBuilder(mnemonic);
        int next = 0;
        for (int i = 0; i < syntax.length(); i++) {
            if (i == 0) {
                text.append('\t');
            }
            if (syntax.charAt(i) == '%') {
                Operand operand = operands.get(next);
                text.append(write(operand, values[next++], address));
            } else {
                text.append(syntax.charAt(i));
            }
        }
        if (!operands.isEmpty() && operands.getLast().omitted().equals(OptionalLong.of(values[values.length - 1]))) {
            text.setLength(text.lastIndexOf(","));
        }
        return text.toString();
    }

    private String write(Operand operand, long value, long address) {
        return switch (operand.kind()) {
            case X_REGISTER -> style.numericRegisters() ? "x" + value : RegisterNames.x((int) value);
            case F_REGISTER -> style.numericRegisters() ? "f" + value : RegisterNames.f((int) value);
            case IMMEDIATE -> Long.toString(value);
            case SHIFT_AMOUNT -> hex(value);
            case UPPER_IMMEDIATE -> hex(value >>> 12 & 0xfffff);
            case PC_OFFSET -> hex(address + value);
            case CSR_NUMBER -> CsrNumber.nameOf((int) value);
            case ROUNDING_MODE -> OperandText.roundingMode((int) value);
            case FENCE_SET -> OperandText.fenceSet((int) value);
            case FLOAT_CONSTANT -> OperandText.floatConstant((int) value);
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
