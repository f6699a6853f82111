package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.Ranges;
import dev.ravel.asm.layout.Bytes;
import dev.ravel.asm.layout.HighParts;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Value;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import java.nio.ByteBuffer;

/**
 * An instruction with an operand that the layout gives.
 *
 * @param instruction the instruction
 * @param bits its encoding with that operand empty
 * @param operand the operand
 * @param written where its value comes from
 * @param line the statement, for messages
 * @param pairs finds the other half of a {@code %pcrel_lo}
 */
record InstructionFixup(
        Instruction instruction, int bits, Operand operand, ParsedOperand written, Line line, HighParts pairs)
        implements Bytes.Fixup {

    private static final long ROUNDING = 0x800;

    @Override
    public void apply(ByteBuffer section, int position, long address) {
        long value = value(address);
        if (!operand.accepts(value)) {
            throw line.error(written.index(), complaint(value, address));
        }
        int encoded = operand.insert(bits, value);
        if (instruction.length() == 2) {
            section.putShort(position, (short) encoded);
        } else {
            section.putInt(position, encoded);
        }
    }

    private long value(long address) {
        Value target = written.expression().late();
        long number = target.number();
        return switch (written.part()) {
            case NOTHING -> written.value();
            case WHOLE -> number;
            case OFFSET -> number - address;
            // A plain 32-bit number may be meant without its sign, an address may not: the hart would extend it.
            case HIGH -> target.isAbsolute() && number >>> 32 == 0 ? (int) high(number) : high(number);
            case LOW -> low(number);
            case DISTANCE_HIGH -> high(number - address);
            case DISTANCE_LOW -> low(pairs.targetOf(number, line, written.index()) - number);
        };
    }

    private static long high(long value) {
        return value + ROUNDING & -0x1000;
    }

    private static long low(long value) {
        return value << 52 >> 52;
    }

    private String complaint(long value, long address) {
        long target = written.expression().late().number();
        return switch (written.part()) {
            case HIGH -> "0x" + Long.toHexString(target) + " does not fit into 32 signed bits: use `la`";
            case DISTANCE_HIGH ->
                "0x" + Long.toHexString(target) + " is more than 2 GiB away from 0x" + Long.toHexString(address);
            default -> Ranges.complaint(operand, value);
        };
    }
}
