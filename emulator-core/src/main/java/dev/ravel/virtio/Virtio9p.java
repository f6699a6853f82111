package dev.ravel.virtio;

import dev.ravel.host.posix.Errno;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.Reply;
import dev.ravel.ninep.ReplyWriter;
import dev.ravel.ninep.RequestParser;
import dev.ravel.ninep.WireWriter;
import dev.ravel.share.FolderServer;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.util.List;
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

    private static final int QUEUE = 0;
    private static final int QUEUE_SIZE = 128;

    /** Requests that are worked on at once; the others stay in the ring, so that buffers stay bounded. */
    private static final int MAX_IN_FLIGHT = 16;

    private final FolderServer server;
    private final Executor worker;
    private final FileName tag;
    private final AnsweredRequests requests;
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
        // One byte too many is enough for the server to see that a message is too long.
        AnsweredRequests.Limits limits = new AnsweredRequests.Limits(
                MAX_IN_FLIGHT, FolderServer.MAX_MESSAGE + 1, ReplyWriter.ERROR_SIZE, FolderServer.MAX_MESSAGE);
        this.requests = new AnsweredRequests("shared folder " + tag, QUEUE, limits, worker, events, new Answers());
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
        serverUsed = true;
        requests.serve(session);
    }

    private final class Answers implements AnsweredRequests.Answerer {
        @Override
        public byte[] answer(byte[] message, int room) {
            return server.answer(message, room);
        }

        @Override
        public byte[] failed(byte[] message, int room) {
            return ReplyWriter.encode(RequestParser.parse(message).tag(), new Reply.Lerror(Errno.EIO));
        }
    }

    /** What is still worked on comes back to a session that has ended. */
    @Override
    public void reset() {
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
        out.put("answers", requests.save());
        out.put("heldUp", requests.isHeldUp() ? 1 : 0);
    }

    @Override
    public void restore(StateReader in, Optional<VirtioSession> session) throws DriverFaultException {
        byte[] saved = in.getBytes("server");
        serverUsed = true;
        requests.leaveBehind(() -> server.restore(saved));
        if (session.isPresent()) {
            requests.restore(in.getBytes("answers"), in.get("heldUp") != 0, session.get());
        }
    }
}
