package dev.ravel.time;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Queue;
import java.util.TreeSet;

/**
 * The machine's event queue. Devices and the host put events in; whoever runs the harts calls {@link #runDue} at
 * instruction boundaries, with the device lock held.
 *
 * <p>Order: posted events first, in the order in which they were posted, then scheduled ones by deadline, equal ones in
 * the order in which they were scheduled. An event that a handler adds runs at the next boundary, not in the same call,
 * so a handler that keeps adding itself cannot hold up the guest.
 */
public final class BoundaryQueue implements EventQueue {
    /** {@link #nextDeadline} when an event waits for no time at all. */
    public static final long NOW = Long.MIN_VALUE;

    /** {@link #nextDeadline} when there is no event. */
    public static final long NEVER = Long.MAX_VALUE;

    private final Queue<Event> posted = new ArrayDeque<>();
    private final TreeSet<Event> scheduled =
            new TreeSet<>(Comparator.comparingLong(Event::deadline).thenComparingLong(Event::sequence));
    private long nextSequence;
    private volatile long nextDeadline = NEVER;
    private volatile Runnable waker = () -> {};

    /** An event; {@code sequence} is unique and grows. */
    private record Event(long deadline, long sequence, Runnable handler) {}

    /**
     * Sets what is run, on the thread that adds an event, whenever {@link #nextDeadline} became earlier: it makes a
     * hart that runs reach a boundary, or one that is parked look at the deadline again. It must not block.
     */
    public void setWaker(Runnable waker) {
        this.waker = waker;
    }

    @Override
    public void post(Runnable handler) {
        boolean earlier;
        synchronized (this) {
            posted.add(new Event(NOW, nextSequence++, handler));
            earlier = refresh();
        }
        if (earlier) {
            waker.run();
        }
    }

    @Override
    public Scheduled schedule(long deadline, Runnable handler) {
        Event event;
        boolean earlier;
        synchronized (this) {
            event = new Event(deadline, nextSequence++, handler);
            scheduled.add(event);
            earlier = refresh();
        }
        if (earlier) {
            waker.run();
        }
        return () -> cancel(event);
    }

    private synchronized void cancel(Event event) {
        scheduled.remove(event);
        refresh();
    }

    /** The clock's ticks at which the next event is due: {@link #NOW}, a time, or {@link #NEVER}. Cheap; any thread. */
    public long nextDeadline() {
        return nextDeadline;
    }

    /**
     * Runs what is due at {@code now}. The caller holds the device lock.
     *
     * @param now the clock's ticks
     * @return the number of events that ran
     */
    public int runDue(long now) {
        if (nextDeadline > now) {
            return 0;
        }
        long limit;
        synchronized (this) {
            limit = nextSequence;
        }
        int count = 0;
        for (Event event = take(now, limit); event != NONE; event = take(now, limit)) {
            event.handler.run();
            count++;
        }
        return count;
    }

    private static final Event NONE = new Event(NEVER, -1, () -> {});

    private synchronized Event take(long now, long limit) {
        Event event = NONE;
        if (!posted.isEmpty()) {
            event = posted.element();
            if (event.sequence < limit) {
                posted.remove();
                refresh();
                return event;
            }
        }
        for (Event candidate : scheduled) {
            if (candidate.deadline > now) {
                break;
            }
            if (candidate.sequence < limit) {
                scheduled.remove(candidate);
                refresh();
                return candidate;
            }
        }
        return NONE;
    }

    /** Recomputes {@link #nextDeadline}; returns whether it became earlier. The caller holds the monitor. */
    private boolean refresh() {
        long before = nextDeadline;
        long after = !posted.isEmpty() ? NOW : scheduled.isEmpty() ? NEVER : scheduled.first().deadline;
        nextDeadline = after;
        return after < before;
    }
}
