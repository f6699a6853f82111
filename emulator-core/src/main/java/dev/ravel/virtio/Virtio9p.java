package dev.ravel.virtio;

import dev.ravel.host.posix.Errno;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MalformedMessageException;
import dev.ravel.ninep.Reply;
import dev.ravel.ninep.ReplyWriter;
import dev.ravel.ninep.RequestParser;
import dev.ravel.ninep.WireReader;
import dev.ravel.ninep.WireWriter;
import dev.ravel.share.FolderServer;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A shared folder: each request holds a message of 9P2000.L and room for the answer. Virtio's specification only reserves
 * its number ("9P transport", virtio 1.3, 5); registers are as Linux's {@code trans_virtio} expects them. The server
 * works on an executor's thread and never sees guest memory: messages are copied at instruction boundaries only.
 */
public final class Virtio9p implements VirtioDevice {
    /** Device ID. */
    public static final int DEVICE_ID = 9;

    /** Feature: the share has a name. */
    public static final int F_MOUNT_TAG = 0;

    private static final Logger LOG = System.getLogger(Virtio9p.class.getName());
    private static final int QUEUE = 0;
    private static final int QUEUE_SIZE = 128;

    /** Requests that are worked on at once; the others stay in the ring, so that buffers stay bounded. */
    private static final int MAX_IN_FLIGHT = 16;

    private final FolderServer server;
    private final Executor worker;
    private final FileName tag;
    private final HostRequests requests;
    /** Requests that are worked on, by their heads. */
    private final Map<Integer, Work> works = new LinkedHashMap<>();
    /** Whether the server may know anything of a guest. */
    private boolean serverUsed;

    /**
     * A shared folder.
     *
     * @param server used by the worker only; closed by whoever made it
     * @param worker carries out what it is given one after the other, in order; one that does so at once makes a
     *     deterministic machine
     * @param tag the name by which the guest mounts it
     */
    public Virtio9p(FolderServer server, Executor worker, EventQueue events, String tag) {
        this.server = server;
        this.worker = worker;
        this.tag = FileName.of(tag);
        this.requests = new HostRequests("shared folder " + tag, QUEUE, MAX_IN_FLIGHT, worker, events, this::begin);
    }

    @Override
    public String name() {
        return "virtio-9p";
    }

    @Override
    public String identity() {
        return name() + " with tag " + tag;
    }

    @Override
    public Optional<String> keptByHost() {
        return Optional.of("the shared folder " + tag);
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 1L << F_MOUNT_TAG;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE);
    }

    /** The tag with its length before it, as in strings of the protocol. */
    @Override
    public byte[] configuration() {
        WireWriter out = new WireWriter(2 + tag.length());
        out.string(tag);
        return out.toBytes();
    }

    @Override
    public void start(VirtioSession session) throws DriverFaultException {
        notified(session, QUEUE);
    }

    @Override
    public void notified(VirtioSession session, int queue) throws DriverFaultException {
        requests.serve(session);
    }

    private void begin(HostRequests.Request request) throws DriverFaultException {
        DescriptorChain chain = request.chain();
        if (chain.writableLength() < ReplyWriter.ERROR_SIZE) {
            throw new DriverFaultException("a request has room for an answer of " + chain.writableLength() + " bytes");
        }
        // One byte too many is enough for the server to see that it is too long.
        byte[] message = new byte[(int) Math.min(chain.readableLength(), FolderServer.MAX_MESSAGE + 1)];
        chain.read(0, message, message.length);
        int room = (int) Math.min(chain.writableLength(), FolderServer.MAX_MESSAGE);
        Work work = new Work(request, message);
        works.put(chain.head(), work);
        serverUsed = true;
        request.submit(() -> work.answer = Optional.of(answer(message, room)), work::finish, work::finish);
    }

    private byte[] answer(byte[] message, int room) {
        try {
            return server.answer(message, room);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "shared folder " + tag + ": a request could not be carried out: " + e, e);
            return notCarriedOut(message);
        }
    }

    private static byte[] notCarriedOut(byte[] message) {
        return ReplyWriter.encode(RequestParser.parse(message).tag(), new Reply.Lerror(Errno.EIO));
    }

    /** A request on its way, and its answer. */
    private final class Work {
        private final HostRequests.Request request;
        private final byte[] message;
        /** Set by the worker. */
        private volatile Optional<byte[]> answer = Optional.empty();

        private Work(HostRequests.Request request, byte[] message) {
            this.request = request;
            this.message = message;
        }

        /** The answer, once the worker is done: an error if there was none to be had. */
        private byte[] answer() {
            return answer.orElseGet(() -> notCarriedOut(message));
        }

        private void finish() throws DriverFaultException {
            byte[] bytes = answer();
            works.remove(request.chain().head());
            request.chain().write(0, bytes, bytes.length);
            request.give(bytes.length);
        }
    }

    /** What is still worked on comes back to a session that has ended. */
    @Override
    public void reset() {
        works.clear();
        if (serverUsed) {
            serverUsed = false;
            requests.leaveBehind(server::reset);
        } else {
            requests.leaveBehind();
        }
    }

    /** What was begun is finished first, so nothing is done twice: making a directory would fail the second time. */
    @Override
    public void save(StateWriter out) {
        out.put("server", CompletableFuture.supplyAsync(server::save, worker).join());
        WireWriter answers = new WireWriter(256);
        answers.u16(works.size());
        works.forEach((head, work) -> {
            byte[] answer = work.answer();
            answers.u16(head);
            answers.u32(answer.length);
            answers.raw(answer);
        });
        out.put("answers", answers.toBytes());
        out.put("heldUp", requests.isHeldUp() ? 1 : 0);
    }

    @Override
    public void restore(StateReader in, Optional<VirtioSession> session) throws DriverFaultException {
        works.clear();
        byte[] saved = in.getBytes("server");
        serverUsed = true;
        requests.leaveBehind(() -> server.restore(saved));
        if (session.isEmpty()) {
            return;
        }
        byte[] answers = in.getBytes("answers");
        int count;
        try {
            WireReader reader = new WireReader(answers, 0, answers.length);
            count = reader.u16();
            for (int i = 0; i < count; i++) {
                DescriptorChain chain = session.get().takeAgain(QUEUE, reader.u16());
                byte[] answer = reader.data(reader.u32()).toArray(ValueLayout.JAVA_BYTE);
                chain.write(0, answer, answer.length);
                session.get().give(QUEUE, chain, answer.length);
            }
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("the snapshot holds answers of a shared folder that are cut off", e);
        }
        if (count > 0 || in.get("heldUp") != 0) {
            // Whoever gives an answer looks for the next request.
            requests.serve(session.get());
        }
    }
}
