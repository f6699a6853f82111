package dev.ravel.testroms.random;

import dev.ravel.isa.Instruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Machine code that grows, with targets that become known later. Addresses are offsets from its first byte. */
final class CodeBuffer {
    private byte[] bytes = new byte[1024];
    private int size;
    private final List<Runnable> fixups = new ArrayList<>();

    /** A place in the code, to be found out. */
    static final class Label {
        private int at = -1;
    }

    /** Where the next instruction goes. */
    int here() {
        return size;
    }

    void emit(Instruction instruction, long... operands) {
        emit(instruction.encode(operands), instruction.length());
    }

    /** @param length in bytes: 2 or 4 */
    void emit(int bits, int length) {
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        put(size, bits, length);
        size += length;
    }

    /** A label that is here. */
    Label label() {
        Label label = new Label();
        bind(label);
        return label;
    }

    void bind(Label label) {
        label.at = size;
    }

    /**
     * An instruction one of whose operands is the distance to a label.
     *
     * @param hole which operand
     * @param origin from where the distance is measured
     */
    void emitTo(Instruction instruction, long[] operands, int hole, Label origin, Label target) {
        int at = size;
        emit(0, instruction.length());
        fixups.add(() -> {
            operands[hole] = target.at - origin.at;
            put(at, instruction.encode(operands), instruction.length());
        });
    }

    /** The upper part of a distance of 32 bits, such that the rest fits 12 bits with sign. */
    void emitUpperTo(Instruction instruction, long rd, Label target) {
        int at = size;
        emit(0, 4);
        fixups.add(() -> {
            long upper = target.at - at + 0x800L & ~0xfffL;
            put(at, instruction.encode(rd, upper), 4);
        });
    }

    /** The lower part for {@link #emitUpperTo} at {@code origin}. */
    void emitLowerTo(Instruction instruction, long[] operands, int hole, Label origin, Label target) {
        int at = size;
        emit(0, 4);
        fixups.add(() -> {
            long distance = target.at - origin.at;
            operands[hole] = distance - (distance + 0x800L & ~0xfffL);
            put(at, instruction.encode(operands), 4);
        });
    }

    /** The code, all labels being bound. */
    byte[] finish() {
        fixups.forEach(Runnable::run);
        return Arrays.copyOf(bytes, size);
    }

    private void put(int at, int bits, int length) {
        for (int i = 0; i < length; i++) {
            bytes[at + i] = (byte) (bits >>> 8 * i);
        }
    }
}
