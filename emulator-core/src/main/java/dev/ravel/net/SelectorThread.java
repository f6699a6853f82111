package dev.ravel.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Optional;

/**
 * One thread that does all host work of a network, which waits at its {@link #selector} and is woken there. Who extends this says what
 * {@link #work} is, and has the thread {@link #startThread}.
 */
public abstract class SelectorThread implements Closeable {
    /** What the thread waits at. */
    protected final Selector selector;

    private final String threadName;
    private Optional<Thread> thread = Optional.empty();
    private volatile boolean closing;

    /** A thread of that name, which does not run yet. The selector is closed with it. */
    protected SelectorThread(Selector selector, String threadName) {
        this.selector = selector;
        this.threadName = threadName;
    }

    /** What the thread does, until it is {@link #closing}. */
    protected abstract void work();

    /** Has the thread begin. */
    protected final void startThread() {
        thread = Optional.of(Thread.ofPlatform().daemon().name(threadName).start(this::work));
    }

    /** Whether the thread is to end. */
    protected final boolean closing() {
        return closing;
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
