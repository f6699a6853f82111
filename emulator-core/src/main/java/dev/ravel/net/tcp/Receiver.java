package dev.ravel.net.tcp;

import dev.ravel.net.StreamBuffer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * The direction in which a connection receives: what came, in and out of order, and the window that says how much more
 * may come. The window's edge never goes back (RFC 9293, 3.8.6), and moves in steps that are worth a segment (3.8.6.2.2).
 */
final class Receiver {
    private static final int MAX_FIELD = 0xffff;
    /** The most pieces that are kept while something before them is missing. */
    private static final int MAX_PIECES = 64;

    private final StreamBuffer buffer;
    /** Pieces that came out of order: from, to. */
    private final TreeMap<Long, Long> pieces = new TreeMap<>();

    private int initial;
    private boolean started;
    private int shift;
    private long next;
    /** The first position beyond the window as the other end knows it. */
    private long edge;
    /** Where the FIN is, once it is known. */
    private long fin = Long.MAX_VALUE;

    Receiver(int capacity) {
        buffer = new StreamBuffer(capacity, 1);
    }

    /** The other end's SYN came. */
    void start(int sequence) {
        started = true;
        initial = sequence;
        next = 1;
        edge = 1;
    }

    boolean started() {
        return started;
    }

    /** By how many bits the window is to be shifted that all of the buffer can be told. */
    int wantedShift() {
        int wanted = 0;
        while (buffer.capacity() >> wanted > MAX_FIELD) {
            wanted++;
        }
        return wanted;
    }

    /** The other end knows window scaling: windows are shifted by {@link #wantedShift}. */
    void scale() {
        shift = wantedShift();
    }

    /** What is acknowledged: the number that is expected next, or 0 before the start. */
    int acknowledgment() {
        return (int) (initial + next);
    }

    long position(int sequence) {
        return next + (sequence - acknowledgment());
    }

    long next() {
        return next;
    }

    /** Whether a part of it is in the window (RFC 9293, 3.10.7.4). An empty one may also be at its edge. */
    boolean acceptable(long start, long end) {
        return start == end ? start >= next && start <= edge : start < edge && end > next;
    }

    /**
     * Takes payload at a position, as much of it as is in the window.
     *
     * @return whether it was in order and all before it is here
     */
    boolean accept(long position, byte[] payload) {
        long from = Math.max(position, next);
        long to = Math.min(Math.min(position + payload.length, edge), fin);
        if (from >= to) {
            return pieces.isEmpty();
        }
        if (from != next && pieces.size() >= MAX_PIECES) {
            return false;
        }
        buffer.put(from, ByteBuffer.wrap(payload, (int) (from - position), (int) (to - from)));
        if (from == next) {
            next = to;
        } else {
            pieces.merge(from, to, Math::max);
        }
        boolean gaps = !pieces.isEmpty();
        while (!pieces.isEmpty() && pieces.firstKey() <= next) {
            Map.Entry<Long, Long> first = pieces.pollFirstEntry();
            next = Math.max(next, first.getValue());
        }
        passFin();
        return !gaps;
    }

    /** There is a FIN at that position. It counts when all before it is here; what comes after it does not. */
    void finish(long position) {
        if (fin == Long.MAX_VALUE && position >= next && position <= edge) {
            fin = position;
            pieces.tailMap(position).clear();
            pieces.replaceAll((_, to) -> Math.min(to, position));
        }
        passFin();
    }

    private void passFin() {
        if (next == fin) {
            next++;
            edge = Math.max(edge, next);
        }
    }

    /** Whether the FIN has come, and all before it. */
    boolean finished() {
        return next > fin;
    }

    /** Bytes that can be taken. */
    int available() {
        return started ? (int) (Math.min(next, fin) - buffer.start()) : 0;
    }

    /** Copies bytes that can be taken. */
    void peek(ByteBuffer into) {
        int count = Math.min(into.remaining(), available());
        int limit = into.limit();
        into.limit(into.position() + count);
        buffer.get(buffer.start(), into);
        into.limit(limit);
    }

    /** So many bytes were taken. */
    void consumed(int count) {
        buffer.discardTo(buffer.start() + count);
    }

    void trim() {
        if (available() == 0 && pieces.isEmpty()) {
            buffer.release();
        }
    }

    /** The window of a SYN: that one is never shifted. The edge is where it says. */
    int synWindow() {
        int window = Math.min(usable(), MAX_FIELD);
        edge = Math.max(edge, next + window);
        return window;
    }

    /** The window that the next segment tells, shifted, and moves the edge to where it then is. */
    int window(int segmentSize) {
        if (worthwhile(Math.min(usable() / 2, segmentSize))) {
            edge = Math.max(edge, next + ((Math.min(wanted() - next, MAX_FIELD << shift) >> shift) << shift));
        }
        // Rounded up: the edge must not go back. There is room, see usable().
        long field = edge - next + (1L << shift) - 1 >> shift;
        edge = next + (field << shift);
        return (int) field;
    }

    /** Whether the other end should be told that there is more room: it is much, or it takes itself to be shut out. */
    boolean updateDue(int segmentSize) {
        return started
                && !finished()
                && (worthwhile(usable() / 2)
                        || edge - next < segmentSize && worthwhile(Math.min(usable() / 2, segmentSize)));
    }

    private boolean worthwhile(int step) {
        return Math.min(wanted(), next + ((long) MAX_FIELD << shift)) - edge >= step;
    }

    private long wanted() {
        return buffer.start() + usable();
    }

    /** The largest window; what it leaves is for rounding. */
    private int usable() {
        return buffer.capacity() - (1 << wantedShift());
    }
}
