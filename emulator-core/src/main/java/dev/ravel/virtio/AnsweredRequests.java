package dev.ravel.virtio;

import dev.ravel.time.EventQueue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The requests of one queue that are messages, each of which the host answers with another, in order and off the harts'
 * threads. What was begun before a snapshot is finished for it, so nothing is done twice. Used with the device lock held.
 */
final class AnsweredRequests {
    private static final Logger LOG = System.getLogger(AnsweredRequests.class.getName());

    private final String device;
    private final int queue;
    private final Limits limits;
    private final Answerer answerer;
    private final HostRequests requests;
    /** Those of the session that are not answered, by their heads. */
    private final Map<Integer, Work> works = new LinkedHashMap<>();

    /**
     * What is refused, and what is cut off.
     *
     * @param requests worked on at once
     * @param message bytes that are read of a request: one more than is understood
     * @param leastRoom bytes that a driver must leave for an answer
     * @param mostRoom bytes of an answer
     */
    record Limits(int requests, int message, int leastRoom, int mostRoom) {}

    /** Works out answers. */
    interface Answerer {
        /** The answer to a message, of {@code room} bytes at most. Called by the worker only. */
        byte[] answer(byte[] message, int room);

        /** The answer where there was none to be had. */
        byte[] failed(byte[] message, int room);
    }

    /**
     * No requests yet.
     *
     * @param device names the device in messages
     * @param worker carries out what it is given one after the other, in order; one that does so at once makes a
     *     deterministic machine
     */
    AnsweredRequests(String device, int queue, Limits limits, Executor worker, EventQueue events, Answerer answerer) {
        this.device = device;
        this.queue = queue;
        this.limits = limits;
        this.answerer = answerer;
        this.requests = new HostRequests(device, queue, limits.requests, worker, events, this::begin);
    }

    /** As {@link HostRequests#serve}. */
    void serve(VirtioSession session) throws DriverFaultException {
        requests.serve(session);
    }

    private void begin(HostRequests.Request request) throws DriverFaultException {
        DescriptorChain chain = request.chain();
        if (chain.writableLength() < limits.leastRoom) {
            throw new DriverFaultException("a request has room for an answer of " + chain.writableLength() + " bytes");
        }
        byte[] message = new byte[(int) Math.min(chain.readableLength(), limits.message)];
        chain.read(0, message, message.length);
        Work work = new Work(request, message, (int) Math.min(chain.writableLength(), limits.mostRoom));
        works.put(chain.head(), work);
        request.submit(work::carryOut, work::finish, work::finish);
    }

    /** A request on its way, and its answer. */
    private final class Work {
        private final HostRequests.Request request;
        private final byte[] message;
        private final int room;
        /** Set by the worker. */
        private volatile Optional<byte[]> answer = Optional.empty();

        private Work(HostRequests.Request request, byte[] message, int room) {
            this.request = request;
            this.message = message;
            this.room = room;
        }

        private void carryOut() {
            try {
                answer = Optional.of(answerer.answer(message, room));
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, device + ": a request could not be carried out: " + e, e);
            }
        }

        /** The answer, once the worker is done: an error if there was none to be had. */
        private byte[] answer() {
            return answer.orElseGet(() -> answerer.failed(message, room));
        }

        private void finish() throws DriverFaultException {
            byte[] bytes = answer();
            works.remove(request.chain().head());
            request.chain().write(0, bytes, bytes.length);
            request.give(bytes.length);
        }
    }

    /** The session is over; what is still worked on comes back to one that has ended. */
    void leaveBehind() {
        works.clear();
        requests.leaveBehind();
    }

    /** Like {@link #leaveBehind()}, and the worker does {@code last} then. */
    void leaveBehind(Runnable last) {
        works.clear();
        requests.leaveBehind(last);
    }

    /** Whether requests wait in the ring for work of a former session. */
    boolean isHeldUp() {
        return requests.isHeldUp();
    }

    /** The answers that were not given yet. The worker must have come to the end of what it was given. */
    byte[] save() {
        int size = Integer.BYTES;
        for (Work work : works.values()) {
            size += 2 * Integer.BYTES + work.answer().length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).putInt(works.size());
        works.forEach(
                (head, work) -> out.putInt(head).putInt(work.answer().length).put(work.answer()));
        return out.array();
    }

    /**
     * Gives the answers that {@link #save} wrote.
     *
     * @param wasHeldUp what {@link #isHeldUp} said
     */
    void restore(byte[] saved, boolean wasHeldUp, VirtioSession session) throws DriverFaultException {
        int count;
        try {
            ByteBuffer in = ByteBuffer.wrap(saved);
            count = in.getInt();
            for (int i = 0; i < count; i++) {
                DescriptorChain chain = session.takeAgain(queue, in.getInt());
                int length = in.getInt();
                if (length < 0 || length > in.remaining()) {
                    throw new BufferUnderflowException();
                }
                byte[] answer = new byte[length];
                in.get(answer);
                chain.write(0, answer, answer.length);
                session.give(queue, chain, answer.length);
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the snapshot holds answers of " + device + " that are cut off", e);
        }
        if (count > 0 || wasHeldUp) {
            // Whoever gives an answer looks for the next request.
            requests.serve(session);
        }
    }
}
