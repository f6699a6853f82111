package dev.ravel.engine.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that came from outside while the reference executed some instructions, so that they can be executed again. */
final class Slice {
    /** Bytes that somebody other than the hart wrote to RAM. */
    record Patch(long offset, byte[] bytes) {}

    /**
     * A load from or a store to a device.
     *
     * @param value what was read or written
     * @param lines the hart's interrupt wires after it
     * @param patches what the device wrote to RAM meanwhile
     */
    record Access(boolean write, long address, int size, long value, long lines, List<Patch> patches) {
        @Override
        public String toString() {
            return String.format("%s of %d bytes at 0x%x", write ? "write" : "read", size, address);
        }
    }

    /** What was written to RAM before the first instruction. */
    final List<Patch> before = new ArrayList<>();

    /** The hart's interrupt wires before the first instruction. */
    long lines;

    /** Whether an interrupt was taken before the first instruction. */
    boolean interrupt;

    /** The accesses to devices, in order. */
    final List<Access> accesses = new ArrayList<>();

    /** What the time was whenever the hart looked. */
    private long[] times = new long[4];

    private int timeCount;

    /** Instructions executed, those included that trapped. */
    long instructions;

    /** Whether the hart waited at the end. */
    boolean waited;

    void addTime(long now) {
        if (timeCount == times.length) {
            times = Arrays.copyOf(times, 2 * timeCount);
        }
        times[timeCount++] = now;
    }

    int timeCount() {
        return timeCount;
    }

    long time(int i) {
        return times[i];
    }
}
