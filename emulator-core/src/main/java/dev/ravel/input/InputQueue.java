package dev.ravel.input;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a person did and a guest has not taken. It is bounded: of one who is too fast, or while the guest takes nothing,
 * whole updates are lost, never parts of them. No key stays down for that: when the guest has caught up, it is told of
 * those that came up. A place that was never looked at gives way to the next one. Any thread.
 */
public final class InputQueue implements InputSink {
    /** Updates that wait at most. */
    static final int MOST = 256;

    /** Events of an update at most: a device's queue has room for all of them. */
    static final int MOST_EVENTS = 31;

    private final Deque<List<InputEvent>> waiting = new ArrayDeque<>();
    /** Keys that are down. */
    private final BitSet down = new BitSet();
    /** Keys of which the guest thinks so. */
    private final BitSet told = new BitSet();
    /** An update was lost. */
    private boolean lost;

    private final Runnable listener;

    /** An empty queue; {@code listener} is told, on any thread, that something was put in, and does not wait. */
    public InputQueue(Runnable listener) {
        this.listener = listener;
    }

    @Override
    public boolean send(List<InputEvent> update) {
        if (update.isEmpty() || update.size() > MOST_EVENTS) {
            throw new IllegalArgumentException("an update of " + update.size() + " events");
        }
        synchronized (this) {
            note(update, down);
            if (isPlace(update) && !waiting.isEmpty() && isPlace(waiting.getLast())) {
                waiting.removeLast();
            }
            if (waiting.size() >= MOST) {
                lost = true;
                return false;
            }
            waiting.add(List.copyOf(update));
        }
        listener.run();
        return true;
    }

    private static boolean isPlace(List<InputEvent> update) {
        return update.stream().allMatch(event -> event.type() == InputEvent.EV_ABS);
    }

    private static void note(List<InputEvent> update, BitSet keys) {
        for (InputEvent event : update) {
            if (event.type() == InputEvent.EV_KEY) {
                keys.set(event.code(), event.value() != 0);
            }
        }
    }

    /** The next update, which stays until {@link #remove}. */
    public synchronized Optional<List<InputEvent>> next() {
        if (waiting.isEmpty() && lost) {
            lost = false;
            told.stream()
                    .filter(code -> !down.get(code))
                    .forEach(code -> waiting.add(List.of(InputEvent.key(code, false))));
        }
        return Optional.ofNullable(waiting.peek());
    }

    /** Takes what {@link #next} gave: the guest has it. */
    public synchronized void remove(List<InputEvent> taken) {
        // It may have given way to a newer place meanwhile.
        waiting.remove(taken);
        note(taken, told);
    }

    /** Forgets what waits: nobody listens, and whoever will, knows of no keys. */
    public synchronized void discard() {
        waiting.clear();
        told.clear();
        lost = false;
    }

    /** The codes of the keys that the guest takes for down. */
    public synchronized BitSet told() {
        return (BitSet) told.clone();
    }

    /** Forgets what waits; the guest takes these keys for down, and will be told of those that are not. */
    public synchronized void restore(BitSet keys) {
        discard();
        told.or(keys);
        lost = true;
    }
}
