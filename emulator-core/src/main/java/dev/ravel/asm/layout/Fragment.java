package dev.ravel.asm.layout;

import dev.ravel.asm.instruction.InstructionEncoder;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Value;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A piece of a section. Its size may depend on the layout; places within one fragment are a fixed distance apart. The
 * anchor of a place before addresses are known.
 */
public abstract class Fragment implements Value.Anchor {
    /** Where symbols without a place stand. */
    static final Fragment NOWHERE = new Fragment() {
        @Override
        protected long measure() {
            return 0;
        }

        @Override
        protected void write(ByteBuffer section, Complaints complaints) {}
    };

    private Optional<Section> section = Optional.empty();
    private long address;
    private long size;

    /** The section that holds it. */
    Optional<Section> section() {
        return section;
    }

    void section(Section owner) {
        section = Optional.of(owner);
    }

    long address() {
        return address;
    }

    public long size() {
        return size;
    }

    /** Puts the fragment at an address of the next layout; whether address or size differ from those before. */
    boolean place(long newAddress) {
        boolean moved = address != newAddress;
        address = newAddress;
        long newSize = measure();
        boolean resized = newSize != size;
        size = newSize;
        return moved || resized;
    }

    /** The size in bytes at the current address and under the current values of symbols. */
    protected abstract long measure();

    /** Writes {@link #size} bytes. All addresses are final. */
    protected abstract void write(ByteBuffer section, Complaints complaints);

    /** Writes so many bytes of {@code nop}, the way GNU {@code as} pads code. */
    static void writeNops(ByteBuffer section, long count, InstructionEncoder encoder) {
        long left = count;
        if ((left & 1) != 0) {
            section.put((byte) 0);
            left--;
        }
        if ((left & 2) != 0) {
            section.putShort((short) encoder.compressedNop());
            left -= 2;
        }
        for (; left > 0; left -= 4) {
            section.putInt(encoder.nop());
        }
    }
}
