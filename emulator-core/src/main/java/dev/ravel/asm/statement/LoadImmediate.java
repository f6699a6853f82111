package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.CodeOptions;
import dev.ravel.asm.instruction.Forms;
import dev.ravel.asm.instruction.InstructionEncoder;
import dev.ravel.asm.layout.Fragment;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Expression;
import dev.ravel.isa.Instruction;
import java.nio.ByteBuffer;

/** The instructions that put a constant into a register: the sequence that GNU {@code as} gives for {@code li}. */
final class LoadImmediate {
    private static final int LOW_BITS = 12;

    /** Takes the instructions of a sequence. */
    @FunctionalInterface
    interface Sink {
        void emit(Instruction instruction, int bits);
    }

    private final Instruction addi;
    private final Instruction addiw;
    private final Instruction lui;
    private final Instruction slli;

    LoadImmediate(Forms forms) {
        addi = forms.instruction("addi");
        addiw = forms.instruction("addiw");
        lui = forms.instruction("lui");
        slli = forms.instruction("slli");
    }

    /** Emits the sequence for {@code rd = value}. */
    void emit(int rd, long value, Sink sink) {
        if (value == low(value)) {
            sink.emit(addi, addi.encode(rd, 0, value));
        } else {
            build(rd, value, sink);
        }
    }

    private void build(int rd, long value, Sink sink) {
        long low = low(value);
        long high = value - low;
        if (value == (int) value) {
            int source = 0;
            if (high != 0) {
                // Just below 2^31 the high part wraps to the sign, and addiw makes that good.
                sink.emit(lui, lui.encode(rd, (int) high));
                source = rd;
            }
            if (low != 0 || source == 0) {
                sink.emit(addiw, addiw.encode(rd, source, low));
            }
            return;
        }
        // The trailing zeros of the high part are shifted in.
        int shift = Math.max(LOW_BITS, Long.numberOfTrailingZeros(high));
        build(rd, high >> shift, sink);
        sink.emit(slli, slli.encode(rd, rd, shift));
        if (low != 0) {
            sink.emit(addi, addi.encode(rd, rd, low));
        }
    }

    private static long low(long value) {
        return value << 64 - LOW_BITS >> 64 - LOW_BITS;
    }

    /** {@code li} of a value that only the layout gives. It only grows, and is filled up with nops. */
    static final class Late extends Fragment {
        private final int rd;
        private final Expression value;
        private final InstructionAssembler assembler;
        private final CodeOptions options;
        private long most = 2;
        private boolean placed;

        Late(int rd, Expression value, InstructionAssembler assembler, CodeOptions options) {
            this.rd = rd;
            this.value = value;
            this.assembler = assembler;
            this.options = options;
        }

        @Override
        protected long measure() {
            if (!placed) {
                // The first layout is there to give symbols an address at all.
                placed = true;
                return most;
            }
            long[] size = {0};
            assembler.loadImmediate(rd, value.late().number(), options, (bits, length) -> size[0] += length);
            most = Math.max(most, size[0]);
            return most;
        }

        @Override
        protected void write(ByteBuffer section, Complaints complaints) {
            int start = section.position();
            assembler.loadImmediate(rd, value.late().number(), options, (bits, length) -> {
                if (length == 2) {
                    section.putShort((short) bits);
                } else {
                    section.putInt(bits);
                }
            });
            long rest = size() - (section.position() - start);
            while (rest >= 4) {
                section.putInt(InstructionEncoder.INSTANCE.nop());
                rest -= 4;
            }
            if (rest > 0) {
                section.putShort((short) InstructionEncoder.INSTANCE.compressedNop());
            }
        }
    }
}
