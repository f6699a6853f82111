package dev.ravel.host.qcow2;

import java.util.Arrays;

/** A set of numbers from 0 on, in eight to sixteen bytes each. */
final class LongSet {
    private static final long NONE = -1;
    private static final int SMALLEST = 64;

    private long[] slots = filled(SMALLEST);
    private int size;

    private static long[] filled(int length) {
        long[] slots = new long[length];
        Arrays.fill(slots, NONE);
        return slots;
    }

    private int home(long value) {
        return (int) (value * 0x9e37_79b9_7f4a_7c15L >>> 33) & slots.length - 1;
    }

    private int find(long value) {
        int at = home(value);
        while (slots[at] != NONE && slots[at] != value) {
            at = at + 1 & slots.length - 1;
        }
        return at;
    }

    boolean contains(long value) {
        return slots[find(value)] == value;
    }

    /** Returns whether it was not there. */
    boolean add(long value) {
        int at = find(value);
        if (slots[at] == value) {
            return false;
        }
        slots[at] = value;
        size++;
        if (size > slots.length / 2) {
            long[] old = slots;
            slots = filled(old.length * 2);
            for (long each : old) {
                if (each != NONE) {
                    slots[find(each)] = each;
                }
            }
        }
        return true;
    }

    void remove(long value) {
        int gap = find(value);
        if (slots[gap] != value) {
            return;
        }
        slots[gap] = NONE;
        size--;
        // Those behind it that would not be found across the gap move into it.
        for (int at = gap + 1 & slots.length - 1; slots[at] != NONE; at = at + 1 & slots.length - 1) {
            long moved = slots[at];
            slots[at] = NONE;
            slots[find(moved)] = moved;
        }
    }
}
