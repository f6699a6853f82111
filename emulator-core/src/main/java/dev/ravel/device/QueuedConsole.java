package dev.ravel.device;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A console port whose input is a queue that the host fills: {@link #type} waits while the queue is full, that is,
 * until the guest took something. Output goes to a sink.
 *
 * <p>Safe for any thread.
 */
public final class QueuedConsole implements ConsolePort {
    private final Sink sink;
    private final int capacity;
    private final Queue<Byte> input = new ArrayDeque<>();
    private final ConsoleListeners listeners = new ConsoleListeners();
    private boolean closed;

    /** Where the guest's bytes go. */
    @FunctionalInterface
    public interface Sink {
        /** Takes bytes of an array that is not changed during the call and may be afterwards. It must not wait. */
        void accept(byte[] bytes, int offset, int length);
    }

    /**
     * A port with nothing typed yet.
     *
     * @param capacity bytes that wait for the guest at most, positive
     */
    public QueuedConsole(int capacity, Sink sink) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("a console queue holds at least one byte, not " + capacity);
        }
        this.capacity = capacity;
        this.sink = sink;
    }

    /**
     * Queues bytes for the guest, waiting for room as often as needed. After {@link #close} they are thrown away.
     *
     * @throws InterruptedException if the thread was interrupted while it waited; some bytes may be queued by then
     */
    public void type(byte[] bytes) throws InterruptedException {
        for (byte b : bytes) {
            synchronized (this) {
                while (input.size() >= capacity && !closed) {
                    wait();
                }
                if (closed) {
                    return;
                }
                input.add(b);
                // The guest side looks again only after it was told, so it is told about the first byte.
                if (input.size() > 1) {
                    continue;
                }
            }
            listeners.tell();
        }
    }

    /** Throws away what waits, and lets threads that wait in {@link #type} go. */
    public synchronized void close() {
        closed = true;
        input.clear();
        notifyAll();
    }

    @Override
    public void output(int value) {
        sink.accept(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
        sink.accept(bytes, offset, length);
    }

    @Override
    public synchronized int input() {
        Byte next = input.poll();
        if (next == null) {
            return NOTHING;
        }
        notifyAll();
        return next & 0xff;
    }

    @Override
    public Subscription onInput(Runnable listener) {
        return listeners.add(listener);
    }
}
