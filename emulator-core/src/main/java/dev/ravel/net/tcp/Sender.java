package dev.ravel.net.tcp;

import dev.ravel.net.StreamBuffer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The direction in which a connection sends: what is not acknowledged yet, what the other end's window lets out, and when
 * something is sent again (RFC 6298, and fast retransmission with partial acknowledgments: RFC 5681, 3.2, RFC 6582).
 *
 * <p>There is no congestion window: the way to the other end is one queue, whose owner says when it is full. What limits a
 * sender is that, and the other end's window; after a timeout it sends one segment, and goes on where that was missing when
 * it is acknowledged.
 */
final class Sender {
    /** There is nothing to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    /** Timeouts in a row, none of them answered, after which the other end is gone: more than 100 seconds (RFC 9293, 3.8.3). */
    static final int MAX_TIMEOUTS = 8;

    /** Duplicate acknowledgments that mean a loss (RFC 5681, 3.2). */
    private static final int DUPLICATES = 3;

    private static final long NOT_TIMED = -1;
    private static final long NO_RECOVERY = -1;

    private final int initial;
    private final StreamBuffer buffer;
    private final RetransmissionTimeout timeout = new RetransmissionTimeout();
    private int segmentSize = 536;
    private int shift;

    /** After the last byte that was written. */
    private long end = 1;

    private boolean finishing;
    /** What is not acknowledged starts here. */
    private long unacknowledged;

    private long next;
    /** The most that {@link #next} was. */
    private long highest;

    private long window;
    private long largestWindow;
    /** The segment that the window is from (RFC 9293's SND.WL1 and SND.WL2). */
    private long windowPosition;

    private long windowAcknowledgment;

    /** When the timer goes off that sends again, or looks whether a closed window has opened. */
    private long deadline = NEVER;

    private int timeouts;
    /** The timer went off: the next chunk goes out whatever the window. */
    private boolean forced;

    private long timed = NOT_TIMED;
    private long timedSince;
    private int duplicates;
    /** Until this is acknowledged, each acknowledgment shows the next loss. */
    private long recovery = NO_RECOVERY;

    private boolean again;

    /**
     * What to send.
     *
     * @param position of the first: the SYN if it is 0
     * @param length bytes of payload
     */
    record Chunk(long position, int length, boolean fin) {}

    Sender(int initial, int capacity) {
        this.initial = initial;
        this.buffer = new StreamBuffer(capacity, 1);
    }

    int sequence(long position) {
        return (int) (initial + position);
    }

    /** The position that an acknowledgment number means. */
    long position(int acknowledgment) {
        return unacknowledged + (acknowledgment - sequence(unacknowledged));
    }

    long next() {
        return next;
    }

    long highest() {
        return highest;
    }

    int segmentSize() {
        return segmentSize;
    }

    long deadline() {
        return deadline;
    }

    /** The other end takes so much, and shifts its windows. */
    void limits(int newSegmentSize, int newShift) {
        segmentSize = newSegmentSize;
        shift = newShift;
    }

    /** Bytes that can be written. */
    int room() {
        return finishing ? 0 : (int) (buffer.capacity() - (end - buffer.start()));
    }

    /** Adds to the stream, no more than there is {@link #room} for. */
    void write(ByteBuffer bytes) {
        int count = bytes.remaining();
        buffer.put(end, bytes);
        end += count;
    }

    /** The stream ends here. */
    void finish() {
        finishing = true;
    }

    boolean finishing() {
        return finishing;
    }

    boolean finAcknowledged() {
        return finishing && unacknowledged == end + 1;
    }

    void copy(Chunk chunk, ByteBuffer into) {
        buffer.get(chunk.position(), into);
    }

    void trim() {
        if (unacknowledged == end) {
            buffer.release();
        }
    }

    private long limit() {
        return end + (finishing ? 1 : 0);
    }

    boolean inFlight() {
        return unacknowledged < highest;
    }

    /** The SYN is to go out again, as the answer to another one. */
    void repeatSyn() {
        next = 0;
    }

    /**
     * What may be sent now; it is taken to have been.
     *
     * @param most bytes of one that has several segments' payload
     */
    Optional<Chunk> take(int most, long now) {
        if (again) {
            again = false;
            int lost = (int) Math.min(segmentSize, highest - unacknowledged);
            return Optional.of(sent(chunk(unacknowledged, lost, highest), now));
        }
        boolean waiting = timeouts > 0 && inFlight() && !forced;
        if (next == limit() || waiting || unacknowledged == 0 && next > 0) {
            return Optional.empty();
        }
        long room = Math.max(unacknowledged + window - next, forced ? 1 : 0);
        int several = forced ? segmentSize : Math.max(1, most / segmentSize) * segmentSize;
        Chunk chunk = chunk(next, whole(Math.clamp(room, 0, several)), next + room);
        boolean small = next > 0
                && chunk.length() < segmentSize
                && chunk.position() + chunk.length() < end
                && chunk.length() * 2L < largestWindow;
        boolean something = next == 0 || chunk.length() > 0 || chunk.fin();
        if (!something || small && !forced) {
            if (!inFlight() && deadline == NEVER) {
                deadline = now + timeout.nanos();
            }
            return Optional.empty();
        }
        forced = false;
        next = chunk.position() + length(chunk);
        return Optional.of(sent(chunk, now));
    }

    /** The payload of whole segments, if there is more to come. */
    private int whole(int length) {
        return length > segmentSize && next + length < end ? length - length % segmentSize : length;
    }

    private Chunk chunk(long position, int most, long edge) {
        if (position == 0) {
            return new Chunk(0, 0, false);
        }
        int length = (int) Math.max(0, Math.min(most, end - position));
        long after = position + length;
        return new Chunk(position, length, finishing && after == end && after < edge);
    }

    private static int length(Chunk chunk) {
        return chunk.position() == 0 ? 1 : chunk.length() + (chunk.fin() ? 1 : 0);
    }

    private Chunk sent(Chunk chunk, long now) {
        long after = chunk.position() + length(chunk);
        if (chunk.position() < highest) {
            // Which of them an acknowledgment is for is not known.
            timed = NOT_TIMED;
        } else if (timed == NOT_TIMED) {
            timed = after;
            timedSince = now;
        }
        if (deadline == NEVER || !inFlight()) {
            deadline = now + timeout.nanos();
        }
        highest = Math.max(highest, after);
        return chunk;
    }

    /**
     * An acknowledgment came, of no more than was sent.
     *
     * @param position of the segment that it was in
     * @param alone whether there was nothing else in it
     */
    void acknowledged(long acknowledgment, long position, int field, boolean syn, boolean alone, long now) {
        long told = syn ? field : (long) field << shift;
        boolean sameWindow = told == window;
        boolean progress = acknowledgment > unacknowledged;
        if (progress) {
            progress(acknowledgment, now);
        } else if (acknowledgment == unacknowledged && alone && sameWindow && inFlight() && window > 0) {
            duplicates++;
            if (duplicates == DUPLICATES && recovery == NO_RECOVERY) {
                recovery = highest;
                again = true;
            }
        }
        boolean newer =
                position > windowPosition || position == windowPosition && acknowledgment >= windowAcknowledgment;
        if (acknowledgment >= unacknowledged && newer) {
            windowPosition = position;
            windowAcknowledgment = acknowledgment;
            window(told, now);
        }
    }

    private void progress(long acknowledgment, long now) {
        if (timed != NOT_TIMED && acknowledgment >= timed) {
            timeout.measured(now - timedSince);
            timed = NOT_TIMED;
        }
        unacknowledged = acknowledgment;
        buffer.discardTo(Math.min(acknowledgment, end));
        next = Math.max(next, acknowledgment);
        timeouts = 0;
        forced = false;
        timeout.progress();
        deadline = inFlight() ? now + timeout.nanos() : NEVER;
        duplicates = 0;
        again = recovery != NO_RECOVERY && acknowledgment < recovery;
        if (!again) {
            recovery = NO_RECOVERY;
        }
    }

    private void window(long told, long now) {
        if (told == 0) {
            // It is there, and takes nothing: that can last as long as it likes.
            timeouts = 0;
        } else if (window == 0 && next > unacknowledged) {
            // What was sent to see whether it has opened was not taken.
            next = unacknowledged;
            timeout.progress();
            deadline = now + timeout.nanos();
        }
        window = told;
        largestWindow = Math.max(largestWindow, told);
        if (!inFlight()) {
            deadline = NEVER;
        }
    }

    /**
     * The deadline passed.
     *
     * @param reached whether what was sent last has left the queue to the other end: if not, it is not lost but waits
     * @return whether there is still somebody to send to
     */
    boolean timeout(boolean reached, long now) {
        if (!reached) {
            deadline = now + timeout.nanos();
            return true;
        }
        if (timeouts == MAX_TIMEOUTS) {
            return false;
        }
        timeout.backOff();
        if (inFlight()) {
            timeouts++;
            next = unacknowledged;
            duplicates = 0;
            recovery = NO_RECOVERY;
            again = false;
            timed = NOT_TIMED;
        }
        forced = true;
        deadline = now + timeout.nanos();
        return true;
    }
}
