package dev.ravel.inspect;

import static dev.ravel.memory.LittleEndian.HALFWORD;

import dev.ravel.asm.Disassembler;
import dev.ravel.device.BootRom;
import dev.ravel.device.Flash;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessPath;
import dev.ravel.mmu.AccessType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An instruction in memory.
 *
 * @param address virtual
 * @param symbol the nearest before it
 * @param length 2 or 4 bytes; 0 where it cannot be fetched
 * @param bits its encoding
 * @param text assembly as {@code objdump} writes it, with one blank instead of the tab; or why it cannot be fetched
 * @param target the symbol that a branch or jump goes to, where that stands in the instruction
 */
public record InstructionView(
        long address, Optional<SymbolAt> symbol, int length, int bits, String text, Optional<SymbolAt> target) {
    private static final Disassembler DISASSEMBLER = new Disassembler(Extensions.RV64, Disassembler.Style.PLAIN);

    /** What a hart would fetch at an address with its present privilege. */
    public static InstructionView at(Hart hart, long address, Symbols symbols) {
        Half low = half(hart, address);
        if (low instanceof Missing missing) {
            return new InstructionView(address, symbols.nearest(address), 0, 0, missing.why, Optional.empty());
        }
        int bits = ((Fetched) low).bits;
        int length = Disassembler.length(bits);
        if (length == 4) {
            Half high = half(hart, address + 2);
            if (high instanceof Missing missing) {
                return new InstructionView(address, symbols.nearest(address), 0, 0, missing.why, Optional.empty());
            }
            bits |= ((Fetched) high).bits << 16;
        }
        return new InstructionView(
                address,
                symbols.nearest(address),
                length,
                bits,
                DISASSEMBLER.disassemble(bits, address).replace('\t', ' '),
                target(bits, address, symbols));
    }

    /** What a hart would fetch at an address with its present privilege: 4 bytes, or 2 zero-extended; none if it cannot. */
    public static OptionalInt bits(Hart hart, long address) {
        if (!(half(hart, address) instanceof Fetched(int low))) {
            return OptionalInt.empty();
        }
        if (Disassembler.length(low) == 2) {
            return OptionalInt.of(low);
        }
        return half(hart, address + 2) instanceof Fetched(int high)
                ? OptionalInt.of(high << 16 | low)
                : OptionalInt.empty();
    }

    private sealed interface Half {}

    private record Fetched(int bits) implements Half {}

    private record Missing(String why) implements Half {}

    private static Half half(Hart hart, long address) {
        AccessPath path = hart.mmu.explain(address, 2, AccessType.FETCH, hart.privilege());
        if (path.result() instanceof AccessPath.Mapped mapped && mapped.verdict() == AccessPath.Verdict.ALLOWED) {
            Bus bus = hart.mmu.bus();
            Bus.Window window = bus.find(mapped.physical(), 2);
            if (window == Bus.NOTHING) {
                Ram ram = bus.ram();
                return new Fetched(ram.segment().get(HALFWORD, mapped.physical() - ram.base()) & 0xffff);
            }
            // Another device's registers may change when they are read.
            return window.device() instanceof BootRom || window.device() instanceof Flash
                    ? new Fetched(bus.fetch(window, mapped.physical()))
                    : new Missing("registers of " + window.device().name());
        }
        return new Missing(Words.exception(path.result().cause()));
    }

    private static Optional<SymbolAt> target(int bits, long address, Symbols symbols) {
        List<Operand> operands =
                Extensions.RV64.identify(bits).map(Instruction::operands).orElse(List.of());
        return operands.stream()
                .filter(operand -> operand.kind() == Operand.Kind.PC_OFFSET)
                .findFirst()
                .flatMap(operand -> symbols.nearest(address + operand.extract(bits)));
    }
}
