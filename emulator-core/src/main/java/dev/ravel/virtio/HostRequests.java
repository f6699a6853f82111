package dev.ravel.virtio;

import dev.ravel.time.EventQueue;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * The requests of one queue that the host works on, so that no hart waits for it. A bounded number is worked on at once;
 * the others stay in the ring. Work is done on an executor's threads, its result comes back as an event.
 *
 * <p>Work outlives the session that asked for it: when the driver resets the device, what the host is at cannot be taken
 * back. It counts until the host is done with it, and the next session's requests wait for it in the ring. So a driver
 * that resets the device again and again has no more work done at once than one that does not, and what it wrote before
 * a reset never reaches the disk after what it wrote later. To the driver the reset is over at once; the device is only
 * slow to begin. Work that the host has not begun by the reset is not done.
 *
 * <p>All methods are called with the device lock held.
 */
final class HostRequests {
    private static final Logger LOG = System.getLogger(HostRequests.class.getName());

    private final String device;
    private final int queue;
    private final int limit;
    private final Executor worker;
    private final EventQueue events;
    private final Handler handler;
    private final Complaints complaints;

    /** The session's requests that are not answered, by their heads, in the order in which they were begun. */
    private final Map<Integer, Request> open = new LinkedHashMap<>();
    /** Requests that were taken from the ring before a snapshot and are to be begun anew. */
    private final Queue<DescriptorChain> takenBefore = new ArrayDeque<>();
    /** How much host work of former sessions is not finished. */
    private int leftBehind;
    /** Requests wait in the ring, as far as we know, for what was left behind. */
    private boolean heldUp;
    /** What the host does between two sessions; empty if that is begun or not wanted. */
    private final AtomicReference<Optional<Runnable>> between = new AtomicReference<>(Optional.empty());

    private Optional<VirtioSession> session = Optional.empty();

    /** What a device does with a request. */
    @FunctionalInterface
    interface Handler {
        /** Answers the request, or submits the first piece of work for it. */
        void begin(Request request) throws DriverFaultException;
    }

    /** What the host does on the worker; it sees no guest memory. */
    @FunctionalInterface
    interface HostWork {
        /** Does it. */
        void run() throws IOException;
    }

    /**
     * No requests yet.
     *
     * @param device names the device in messages
     * @param queue the queue that they come from
     * @param limit the most that are worked on at once
     * @param worker does the work; one that does it at once makes a deterministic machine
     */
    HostRequests(String device, int queue, int limit, Executor worker, EventQueue events, Handler handler) {
        this.device = device;
        this.queue = queue;
        this.limit = limit;
        this.worker = worker;
        this.events = events;
        this.handler = handler;
        this.complaints = new Complaints(device);
    }

    /** Begins the requests that wait in the ring, as many as may be worked on. */
    void serve(VirtioSession current) throws DriverFaultException {
        session = Optional.of(current);
        heldUp = leftBehind > 0;
        beginAgain(current);
        while (mayBegin(current)) {
            Optional<DescriptorChain> chain = current.take(queue);
            if (chain.isEmpty()) {
                break;
            }
            begin(current, chain.get());
        }
        // Some may be answered already.
        current.interrupt(queue);
    }

    private void beginAgain(VirtioSession current) throws DriverFaultException {
        while (!takenBefore.isEmpty() && mayBegin(current)) {
            begin(current, takenBefore.remove());
        }
    }

    private boolean mayBegin(VirtioSession current) {
        return !current.ended() && leftBehind == 0 && open.size() < limit;
    }

    private void begin(VirtioSession current, DescriptorChain chain) throws DriverFaultException {
        Request request = new Request(current, chain);
        if (open.putIfAbsent(chain.head(), request) != null) {
            throw new DriverFaultException("descriptor " + chain.head() + " is made available twice");
        }
        handler.begin(request);
    }

    /** The session is over: its requests are forgotten, and what the host is at counts until it is done. */
    void leaveBehind() {
        session = Optional.empty();
        heldUp = false;
        takenBefore.clear();
        open.values().forEach(Request::leaveBehind);
        open.clear();
    }

    /**
     * Like {@link #leaveBehind()}; the worker does {@code last} before the next session's first request. If the session
     * ends again before it is begun, only what was wanted last is done.
     *
     * @param last must come after the work left behind: for workers that do one thing after the other
     */
    void leaveBehind(Runnable last) {
        leaveBehind();
        if (between.getAndSet(Optional.of(last)).isEmpty()) {
            leftBehind++;
            execute(() -> between.getAndSet(Optional.empty()).ifPresent(Runnable::run), done -> finishedLeftBehind());
        }
    }

    /** The heads of all requests that are taken from the ring and not given back, in order. */
    List<Integer> heads() {
        return Stream.concat(open.keySet().stream(), takenBefore.stream().map(DescriptorChain::head))
                .toList();
    }

    /** Whether requests wait in the ring for work of a former session. */
    boolean isHeldUp() {
        return heldUp;
    }

    /**
     * Begins requests anew that were taken before a snapshot. Those in the ring are left there until the driver notifies
     * the device, or those before them are done, as it would have been without the snapshot.
     *
     * @param wasHeldUp what {@link #isHeldUp} said: then nobody else will look at the ring
     */
    void resume(VirtioSession restored, List<Integer> heads, boolean wasHeldUp) throws DriverFaultException {
        for (int head : heads) {
            takenBefore.add(restored.takeAgain(queue, head));
        }
        if (wasHeldUp) {
            serve(restored);
        } else {
            session = Optional.of(restored);
            beginAgain(restored);
            restored.interrupt(queue);
        }
    }

    private void finishedLeftBehind() {
        leftBehind--;
        if (leftBehind == 0) {
            session.ifPresent(s -> s.run(() -> {
                if (heldUp) {
                    serve(s);
                } else {
                    beginAgain(s);
                    s.interrupt(queue);
                }
            }));
        }
    }

    /** What happens at an instruction boundary when work is done. */
    private interface Completion {
        void done(boolean succeeded);
    }

    private void execute(HostWork work, Completion completion) {
        try {
            worker.execute(() -> {
                boolean succeeded = false;
                try {
                    succeeded = attempt(work);
                } finally {
                    // After an Error too: a request that is never answered would hold up those after it for ever.
                    boolean result = succeeded;
                    events.post(() -> completion.done(result));
                }
            });
        } catch (RejectedExecutionException e) {
            // The machine is being closed.
            LOG.log(Level.DEBUG, "{0}: a request came after the end", device);
            events.post(() -> completion.done(false));
        }
    }

    private boolean attempt(HostWork work) {
        try {
            work.run();
            return true;
        } catch (IOException e) {
            complaints.say(Objects.requireNonNullElse(e.getMessage(), e.toString()));
            return false;
        } catch (RuntimeException e) {
            complaints.say(e.toString());
            return false;
        }
    }

    /** A request on its way. */
    final class Request {
        private final VirtioSession owner;
        private final DescriptorChain chain;
        private boolean atHost;
        private boolean forgotten;

        private Request(VirtioSession owner, DescriptorChain chain) {
            this.owner = owner;
            this.chain = chain;
        }

        /** The session that it belongs to. */
        VirtioSession session() {
            return owner;
        }

        /** Where the driver put it. */
        DescriptorChain chain() {
            return chain;
        }

        /**
         * Has a piece of work done: one that does not take long, for it is finished whatever happens. One piece of a
         * request is under way at a time.
         *
         * @param next what to do after success, which answers the request or submits more
         * @param failed what to do after failure
         */
        void submit(HostWork work, VirtioSession.Action next, VirtioSession.Action failed) {
            atHost = true;
            execute(
                    () -> {
                        if (!owner.ended()) {
                            work.run();
                        }
                    },
                    succeeded -> {
                        atHost = false;
                        if (forgotten) {
                            finishedLeftBehind();
                        } else {
                            owner.run(succeeded ? next : failed);
                            serveOthers();
                        }
                    });
        }

        private void serveOthers() {
            if (open.get(chain.head()) != this) {
                owner.run(() -> serve(owner));
            }
        }

        /**
         * Answers the request.
         *
         * @param written bytes from the start of its writable part
         */
        void give(long written) throws DriverFaultException {
            open.remove(chain.head(), this);
            owner.give(queue, chain, written);
        }

        private void leaveBehind() {
            forgotten = true;
            if (atHost) {
                leftBehind++;
            }
        }
    }
}
