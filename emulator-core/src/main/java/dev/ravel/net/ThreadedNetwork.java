package dev.ravel.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The device's side of a network that one thread works on: frames wait in a queue each way, and the thread's {@link #selector} is
 * woken for those of the guest. Who extends this says what {@link #work} is, and has the thread {@link #start}.
 */
public abstract class ThreadedNetwork implements NetworkPort, Closeable {
    /** Frames for the guest. */
    protected final FrameQueue toGuest = new FrameQueue();

    /** What the thread waits at. */
    protected final Selector selector;

    private final FrameQueue fromGuest = new FrameQueue();
    private final String threadName;
    private Optional<Thread> thread = Optional.empty();
    private volatile Runnable listener = () -> {};
    private volatile boolean closing;

    /** A network whose thread, of that name, does not run yet. The selector is closed with it. */
    protected ThreadedNetwork(Selector selector, String threadName) {
        this.selector = selector;
        this.threadName = threadName;
    }

    /** What the thread does, until the network is {@link #closing}. */
    protected abstract void work();

    /** Has the thread begin. */
    protected final void start() {
        thread = Optional.of(Thread.ofPlatform().daemon().name(threadName).start(this::work));
    }

    /** Whether the thread is to end. */
    protected final boolean closing() {
        return closing;
    }

    /** Has what takes the guest's frames take those that wait; for the thread. */
    protected final void takeFromGuest(Consumer<List<Frame>> taker) {
        FrameQueue.Drained drained = fromGuest.drain();
        taker.accept(drained.frames());
        if (drained.full()) {
            // The device was told to wait.
            listener.run();
        }
    }

    /** Puts a frame into the queue to the guest, or drops it if that is full; for the thread. */
    protected final void deliver(Frame frame) {
        toGuest.offer(frame);
        listener.run();
    }

    @Override
    public final boolean congested() {
        return fromGuest.isFull();
    }

    @Override
    public final void send(Frame frame) {
        fromGuest.offer(frame);
        selector.wakeup();
    }

    @Override
    public Optional<Frame> receive() {
        return toGuest.poll();
    }

    @Override
    public final void discard() {
        toGuest.drain();
        selector.wakeup();
    }

    @Override
    public final void onChange(Runnable newListener) {
        listener = newListener;
    }

    /** Ends the thread, and with it all connections. */
    @Override
    public final void close() throws IOException {
        closing = true;
        selector.wakeup();
        try {
            if (thread.isPresent()) {
                thread.get().join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.close();
    }
}
