package dev.ravel.net.tcp;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One end of a connection (RFC 9293). It sends on a {@link Wire} when {@link #output} is called, and no more than the wire
 * takes; several segments that came in between are acknowledged as one. All times are {@link System#nanoTime}'s. Used by one
 * thread.
 *
 * <p>A connection whose other end is silent is kept as long as it likes to be, and asked now and then whether it is still
 * there (RFC 9293, 3.8.4).
 */
public final class TcpConnection {
    /** Payload of a segment on Ethernet. */
    public static final int SEGMENT_SIZE = 1460;

    /** Payload of a segment that is to be cut: what is left of an IPv4 packet. */
    public static final int LARGE_SIZE = 65_535 - 20 - TcpSegment.HEADER;

    /** What a peer that says nothing takes (RFC 9293, 3.7.1). */
    private static final int DEFAULT_SEGMENT_SIZE = 536;
    /** Peers that want less get more: a byte with a header each is an attack. */
    private static final int LEAST_SEGMENT_SIZE = 88;

    private static final int MOST_SHIFT = 14;
    private static final long SECOND = 1_000_000_000;
    /** The end of TIME_WAIT. The wire is a queue, in which nothing is older: only our last acknowledgment may be lost. */
    private static final long TIME_WAIT_NANOS = 10 * SECOND;

    private static final long KEEP_ALIVE_NANOS = 600 * SECOND;
    private static final long KEEP_ALIVE_AGAIN_NANOS = 75 * SECOND;
    private static final int KEEP_ALIVE_TIMES = 8;

    private final Wire wire;
    private final int port;
    private final int peerPort;
    private final Sender sender;
    private final Receiver receiver;
    private State state;
    private boolean reset;
    private boolean acknowledge;
    /** Since {@link #output}. */
    private boolean taken;

    private boolean scaled = true;
    /** What the wire had taken when a segment was sent last. */
    private long ticket;

    private long lastHeard;
    private int keepAlives;
    private long timeWaitEnd;

    /** RFC 9293, 3.3.2. */
    public enum State {
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSE_WAIT,
        CLOSING,
        LAST_ACK,
        TIME_WAIT,
        CLOSED
    }

    /** The way to the other end: a queue. */
    public interface Wire {
        /** Whether a segment would not be lost. */
        boolean hasRoom();

        /**
         * Sends a segment.
         *
         * @param segmentSize the most payload of the segments that it is to be cut into, or 0
         */
        void send(TcpSegment segment, int segmentSize);

        /** Whether a segment may have up to {@value TcpConnection#LARGE_SIZE} bytes of payload, to be cut. */
        boolean takesLarge();

        /** How many it has taken, ever. */
        long ticket();

        /** Whether so many have left it, or were thrown away. */
        boolean reached(long ticket);
    }

    private TcpConnection(Wire wire, int port, int peerPort, int initial, int capacity, State state, long now) {
        this.wire = wire;
        this.port = port;
        this.peerPort = peerPort;
        this.sender = new Sender(initial, capacity);
        this.receiver = new Receiver(capacity);
        this.state = state;
        this.lastHeard = now;
    }

    /**
     * A connection to the peer, which is asked for by {@link #output}.
     *
     * @param initial the sequence number of our SYN
     * @param capacity bytes that are buffered each way, at most: a power of two, 4096 or more
     */
    public static TcpConnection open(Wire wire, int port, int peerPort, int initial, int capacity, long now) {
        return new TcpConnection(wire, port, peerPort, initial, capacity, State.SYN_SENT, now);
    }

    /**
     * A connection from the peer.
     *
     * @param syn its SYN. What else is in it is not taken
     * @param initial the sequence number of our SYN
     * @param capacity bytes that are buffered each way, at most: a power of two, 4096 or more
     */
    public static TcpConnection accept(Wire wire, TcpSegment syn, int initial, int capacity, long now) {
        TcpConnection connection = new TcpConnection(
                wire, syn.destinationPort(), syn.sourcePort(), initial, capacity, State.SYN_RECEIVED, now);
        connection.synReceived(syn, now);
        return connection;
    }

    private void synReceived(TcpSegment syn, long now) {
        receiver.start(syn.sequence());
        int size = Math.clamp(
                syn.options().maximumSegmentSize().orElse(DEFAULT_SEGMENT_SIZE), LEAST_SEGMENT_SIZE, SEGMENT_SIZE);
        OptionalInt shift = syn.options().windowScale();
        scaled = shift.isPresent();
        sender.limits(size, Math.min(shift.orElse(0), MOST_SHIFT));
        sender.acknowledged(0, 0, syn.window(), true, false, now);
        if (scaled) {
            receiver.scale();
        }
    }

    /** How far it is. */
    public State state() {
        return state;
    }

    /** Whether it was ended by a reset, or because the peer is gone: what was written has perhaps not arrived. */
    public boolean wasReset() {
        return reset;
    }

    /** Takes a segment of this connection. */
    public void receive(TcpSegment segment, long now) {
        lastHeard = now;
        keepAlives = 0;
        switch (state) {
            case CLOSED -> segment.refusal().ifPresent(this::refuse);
            case SYN_SENT -> receiveInSynSent(segment, now);
            default -> receiveSynchronized(segment, now);
        }
    }

    private void refuse(TcpSegment answer) {
        wire.send(answer, 0);
    }

    /** RFC 9293, 3.10.7.3. */
    private void receiveInSynSent(TcpSegment segment, long now) {
        long acknowledgment = sender.position(segment.acknowledgment());
        boolean acknowledged = segment.has(TcpSegment.ACK);
        if (acknowledged && (acknowledgment <= 0 || acknowledgment > sender.highest())) {
            segment.refusal().ifPresent(this::refuse);
            return;
        }
        if (segment.has(TcpSegment.RST)) {
            if (acknowledged) {
                closeByReset();
            }
            return;
        }
        if (!segment.has(TcpSegment.SYN)) {
            return;
        }
        synReceived(segment, now);
        if (acknowledged) {
            sender.acknowledged(acknowledgment, 0, segment.window(), true, false, now);
            state = synchronizedState();
            acknowledge = true;
        } else {
            // Both asked at once.
            sender.repeatSyn();
            state = State.SYN_RECEIVED;
        }
    }

    private State synchronizedState() {
        return sender.finishing() ? State.FIN_WAIT_1 : State.ESTABLISHED;
    }

    /** RFC 9293, 3.10.7.4, with the checks of RFC 5961. */
    private void receiveSynchronized(TcpSegment segment, long now) {
        long start = receiver.position(segment.sequence());
        if (!receiver.acceptable(start, start + segment.length())) {
            if (state == State.TIME_WAIT && segment.has(TcpSegment.FIN)) {
                timeWaitEnd = now + TIME_WAIT_NANOS;
            }
            if (state == State.SYN_RECEIVED && segment.has(TcpSegment.SYN) && start == 0) {
                // The peer has not seen our answer.
                sender.repeatSyn();
            } else if (!segment.has(TcpSegment.RST)) {
                acknowledgeNow();
            }
            return;
        }
        if (segment.has(TcpSegment.RST)) {
            if (start == receiver.next()) {
                closeByReset();
            } else {
                acknowledgeNow();
            }
            return;
        }
        if (segment.has(TcpSegment.SYN)) {
            acknowledgeNow();
            return;
        }
        if (segment.has(TcpSegment.ACK) && receiveAcknowledgment(segment, start, now)) {
            receivePayload(segment, start, now);
        }
    }

    /** Whether the segment's payload counts. */
    private boolean receiveAcknowledgment(TcpSegment segment, long start, long now) {
        long acknowledgment = sender.position(segment.acknowledgment());
        if (state == State.SYN_RECEIVED) {
            if (acknowledgment <= 0 || acknowledgment > sender.highest()) {
                segment.refusal().ifPresent(this::refuse);
                return false;
            }
            state = synchronizedState();
        }
        if (acknowledgment > sender.highest()) {
            acknowledgeNow();
            return false;
        }
        sender.acknowledged(acknowledgment, start, segment.window(), false, segment.length() == 0, now);
        if (sender.finAcknowledged()) {
            switch (state) {
                case FIN_WAIT_1 -> state = State.FIN_WAIT_2;
                case CLOSING -> startTimeWait(now);
                case LAST_ACK -> state = State.CLOSED;
                default -> {}
            }
        }
        return state != State.CLOSED;
    }

    private void receivePayload(TcpSegment segment, long start, long now) {
        if (segment.length() == 0 || receiver.finished()) {
            return;
        }
        boolean inOrder = receiver.accept(start, segment.payload());
        if (segment.has(TcpSegment.FIN)) {
            receiver.finish(start + segment.payload().length);
        }
        if (inOrder) {
            acknowledge = true;
        } else {
            // The peer counts them to see that something is missing (RFC 5681, 4.2).
            acknowledgeNow();
        }
        if (receiver.finished()) {
            switch (state) {
                case ESTABLISHED -> state = State.CLOSE_WAIT;
                case FIN_WAIT_1 -> state = State.CLOSING;
                case FIN_WAIT_2 -> startTimeWait(now);
                default -> {}
            }
        }
    }

    private void startTimeWait(long now) {
        state = State.TIME_WAIT;
        timeWaitEnd = now + TIME_WAIT_NANOS;
    }

    private void closeByReset() {
        reset = true;
        state = State.CLOSED;
        acknowledge = false;
    }

    /** Whether the segment starts a new connection between the same ports, after this one (RFC 9293, 3.6.1). */
    public boolean isSucceededBy(TcpSegment segment) {
        boolean fresh = segment.has(TcpSegment.SYN) && !segment.has(TcpSegment.ACK);
        boolean later = receiver.position(segment.sequence()) >= receiver.next();
        return fresh && (state == State.CLOSED || state == State.TIME_WAIT && later);
    }

    /**
     * Sends what is to be sent.
     *
     * @return whether the wire had room for all of it
     */
    public boolean output(long now) {
        if (state == State.CLOSED) {
            return true;
        }
        while (wire.hasRoom()) {
            Optional<Sender.Chunk> chunk = sender.take(wire.takesLarge() ? LARGE_SIZE : sender.segmentSize(), now);
            if (chunk.isEmpty()) {
                if (acknowledge || taken && receiver.updateDue(SEGMENT_SIZE)) {
                    acknowledgeNow();
                }
                taken = false;
                return !acknowledge;
            }
            send(chunk.get());
        }
        return false;
    }

    private void send(Sender.Chunk chunk) {
        byte[] payload = new byte[chunk.length()];
        sender.copy(chunk, ByteBuffer.wrap(payload));
        boolean syn = chunk.position() == 0;
        int flags = (syn ? TcpSegment.SYN : TcpSegment.PSH)
                | (chunk.fin() ? TcpSegment.FIN : 0)
                | (receiver.started() ? TcpSegment.ACK : 0);
        TcpSegment.Options options = syn
                ? new TcpSegment.Options(
                        OptionalInt.of(SEGMENT_SIZE),
                        scaled ? OptionalInt.of(receiver.wantedShift()) : OptionalInt.empty())
                : TcpSegment.Options.NONE;
        send(chunk.position(), flags, options, payload);
    }

    /** An acknowledgment, at once if the wire takes it. */
    private void acknowledgeNow() {
        if (wire.hasRoom()) {
            send(sender.highest(), TcpSegment.ACK, TcpSegment.Options.NONE, new byte[0]);
        } else {
            acknowledge = true;
        }
    }

    private void send(long position, int flags, TcpSegment.Options options, byte[] payload) {
        int window = (flags & TcpSegment.SYN) == 0 ? receiver.window(SEGMENT_SIZE) : receiver.synWindow();
        TcpSegment segment = new TcpSegment(
                port,
                peerPort,
                sender.sequence(position),
                receiver.started() ? receiver.acknowledgment() : 0,
                flags,
                window,
                options,
                payload);
        wire.send(segment, payload.length > sender.segmentSize() ? sender.segmentSize() : 0);
        ticket = wire.ticket();
        acknowledge = false;
    }

    /** When {@link #timeout} is to be called, if nothing happens before. */
    public long deadline() {
        return switch (state) {
            case CLOSED -> Sender.NEVER;
            case TIME_WAIT -> timeWaitEnd;
            default -> sender.deadline() == Sender.NEVER ? keepAliveDeadline() : sender.deadline();
        };
    }

    private long keepAliveDeadline() {
        return lastHeard + KEEP_ALIVE_NANOS + keepAlives * KEEP_ALIVE_AGAIN_NANOS;
    }

    /** The time has gone on; {@link #output} is to follow. */
    public void timeout(long now) {
        if (deadline() == Sender.NEVER || now - deadline() < 0) {
            return;
        }
        if (state == State.TIME_WAIT) {
            state = State.CLOSED;
        } else if (sender.deadline() != Sender.NEVER) {
            if (!sender.timeout(wire.reached(ticket), now)) {
                abort();
            }
        } else if (!wire.reached(ticket)) {
            // It has not seen what was sent last: its machine stands still.
            lastHeard = now;
        } else if (keepAlives == KEEP_ALIVE_TIMES) {
            abort();
        } else if (wire.hasRoom()) {
            // A number that was acknowledged long ago: the peer answers with what it expects.
            keepAlives++;
            send(sender.highest() - 1, TcpSegment.ACK, TcpSegment.Options.NONE, new byte[0]);
        } else {
            lastHeard = now;
        }
    }

    /** Bytes that {@link #write} takes. */
    public int room() {
        return state == State.CLOSED || state == State.TIME_WAIT ? 0 : sender.room();
    }

    /** Sends bytes, at most {@link #room}. */
    public void write(ByteBuffer bytes) {
        sender.write(bytes);
    }

    /** There is no more to send: a FIN after what was written. */
    public void finish() {
        if (sender.finishing()) {
            return;
        }
        sender.finish();
        switch (state) {
            case ESTABLISHED -> state = State.FIN_WAIT_1;
            case CLOSE_WAIT -> state = State.LAST_ACK;
            default -> {}
        }
    }

    /** Bytes that have come and were not taken. */
    public int available() {
        return receiver.available();
    }

    /** Copies as many of the bytes that have come as fit. */
    public void peek(ByteBuffer into) {
        receiver.peek(into);
    }

    /** So many bytes of them are taken: the peer may send as many more. */
    public void consumed(int count) {
        receiver.consumed(count);
        taken |= count > 0;
    }

    /** Whether the peer has no more to send, and all was taken. */
    public boolean inputEnded() {
        return receiver.finished() && receiver.available() == 0;
    }

    /** Whether the peer has ended what it sends; some of it may still wait to be taken. */
    public boolean peerFinished() {
        return receiver.finished();
    }

    /** Ends the connection with a reset. */
    public void abort() {
        switch (state) {
            case CLOSED, SYN_SENT, TIME_WAIT -> {}
            default -> send(sender.highest(), TcpSegment.RST | TcpSegment.ACK, TcpSegment.Options.NONE, new byte[0]);
        }
        closeByReset();
    }

    /** Gives back memory that is not needed now. */
    public void trim() {
        sender.trim();
        receiver.trim();
    }
}
