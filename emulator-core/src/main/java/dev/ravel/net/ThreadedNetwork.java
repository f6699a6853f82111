package dev.ravel.net;

import java.nio.channels.Selector;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The device's side of a network that one thread works on: frames wait in a queue each way, and the thread's {@link #selector} is
 * woken for those of the guest.
 */
public abstract class ThreadedNetwork extends SelectorThread implements NetworkPort {
    /** Frames for the guest. */
    protected final FrameQueue toGuest = new FrameQueue();

    private final FrameQueue fromGuest = new FrameQueue();
    private volatile Runnable listener = () -> {};

    /** As {@link SelectorThread}. */
    protected ThreadedNetwork(Selector selector, String threadName) {
        super(selector, threadName);
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
}
