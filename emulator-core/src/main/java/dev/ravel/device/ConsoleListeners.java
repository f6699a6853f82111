package dev.ravel.device;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The listeners of a {@link ConsolePort}, for those who implement one. Safe for any thread. */
public final class ConsoleListeners {
    private final Deque<Entry> newestFirst = new ArrayDeque<>();

    /** One listener; the same {@code Runnable} may be there twice. */
    private static final class Entry {
        private final Runnable listener;

        private Entry(Runnable listener) {
            this.listener = listener;
        }
    }

    /** Adds a listener. Closing what it returns removes it. */
    public synchronized ConsolePort.Subscription add(Runnable listener) {
        Entry entry = new Entry(listener);
        newestFirst.addFirst(entry);
        return () -> remove(entry);
    }

    private synchronized void remove(Entry entry) {
        newestFirst.remove(entry);
    }

    /** Tells all listeners, the newest first. The caller holds no lock that a listener may want. */
    public void tell() {
        List<Entry> now;
        synchronized (this) {
            now = new ArrayList<>(newestFirst);
        }
        now.forEach(entry -> entry.listener.run());
    }
}
