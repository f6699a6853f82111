package dev.ravel.asm.layout;

import dev.ravel.asm.source.Complaints;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A fragment of fixed size: data and instructions, with places to fill in when addresses are known. */
public final class Bytes extends Fragment {

    /** Something to fill in once addresses are final. */
    public interface Fixup {
        /** Writes at {@code position} of {@code section}, which is at {@code address}. */
        void apply(ByteBuffer section, int position, long address);
    }

    private record Place(int offset, Fixup fixup) {}

    private byte[] content = new byte[16];
    private int length;
    private final List<Place> places = new ArrayList<>(0);

    public int length() {
        return length;
    }

    /** Adds the low {@code count} bytes of {@code value}, least significant first. */
    public void add(long value, int count) {
        if (value == 0) {
            skip(count);
            return;
        }
        reserve(count);
        for (int i = 0; i < count; i++) {
            content[length++] = (byte) (value >> 8 * i);
        }
    }

    /** Adds {@code count} zeros. */
    public void skip(int count) {
        length += count;
    }

    public void add(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, content, length, bytes.length);
        length += bytes.length;
    }

    /** Adds {@code count} bytes that {@code fixup} fills in. */
    public void add(Fixup fixup, int count) {
        places.add(new Place(length, fixup));
        add(0, count);
    }

    private void reserve(int count) {
        if (length + count > content.length) {
            content = Arrays.copyOf(content, Math.max(2 * content.length, length + count));
        }
    }

    @Override
    protected long measure() {
        return length;
    }

    @Override
    protected void write(ByteBuffer section, Complaints complaints) {
        int start = section.position();
        // Zeros at the end have no place in the array.
        section.put(content, 0, Math.min(length, content.length)).position(start + length);
        for (Place place : places) {
            complaints.collect(() -> place.fixup.apply(section, start + place.offset, address() + place.offset));
        }
    }
}
