package dev.ravel.isa;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bit of an instruction holds which bit of a value.
 *
 * @param positions for each bit of the value, from bit 0, the bit of the instruction that holds it, or {@link #ZERO}
 */
public record BitLayout(List<Integer> positions) {
    /** Marks a bit of the value that no instruction bit holds: it is always 0. Only the lowest bits of a value may be. */
    public static final int ZERO = -1;

    public BitLayout {
        positions = List.copyOf(positions);
        boolean held = false;
        for (int position : positions) {
            if (position == ZERO && held) {
                throw new IllegalArgumentException("a bit of the value is missing: " + positions);
            }
            held |= position != ZERO;
        }
    }

    /**
     * Reads the specification's notation, one word for each group of adjacent instruction bits: {@code 12|10:5@25 4:1|11@7}
     * holds bits 12 and 10 to 5 of the value from instruction bit 25 up, and bits 4 to 1 and 11 from bit 7 up. Nothing
     * is a value of no bits.
     */
    static BitLayout parse(String groups) {
        List<Integer> positions = new ArrayList<>();
        for (String group : groups.isEmpty() ? new String[0] : groups.split(" ")) {
            String[] bitsAndPlace = group.split("@");
            List<Integer> bits = bitList(bitsAndPlace[0]);
            int position = Integer.parseInt(bitsAndPlace[1]) + bits.size();
            for (int bit : bits) {
                put(positions, bit, --position);
            }
        }
        return new BitLayout(positions);
    }

    /** The bits that a list such as {@code 12|10:5} names, in the order in which it names them. */
    public static List<Integer> bitList(String list) {
        List<Integer> bits = new ArrayList<>();
        for (String range : list.split("\\|")) {
            String[] ends = range.split(":");
            int high = Integer.parseInt(ends[0]);
            int low = Integer.parseInt(ends[ends.length - 1]);
            for (int bit = high; bit >= low; bit--) {
                bits.add(bit);
            }
        }
        return bits;
    }

    /** Notes in {@code positions} that instruction bit {@code position} holds bit {@code valueBit} of the value. */
    public static void put(List<Integer> positions, int valueBit, int position) {
        while (positions.size() <= valueBit) {
            positions.add(ZERO);
        }
        positions.set(valueBit, position);
    }

    /** Number of bits of the value, those that are always 0 included. */
    int width() {
        return positions.size();
    }

    /** Number of low bits of the value that are always 0. */
    int alignment() {
        int zeros = 0;
        while (zeros < positions.size() && positions.get(zeros) == ZERO) {
            zeros++;
        }
        return zeros;
    }

    /** The instruction bits that hold the value. */
    int mask() {
        int mask = 0;
        for (int position : positions) {
            mask |= position == ZERO ? 0 : 1 << position;
        }
        return mask;
    }

    // Written out: the JDK makes a record's own when they are first called, which a start would wait for, 12 ms.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BitLayout(List<Integer> theirs) && positions.equals(theirs);
    }

    @Override
    public int hashCode() {
        return positions.hashCode();
    }
}
