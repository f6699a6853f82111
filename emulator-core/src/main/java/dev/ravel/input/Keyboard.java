package dev.ravel.input;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A keyboard as a front end uses it. It repeats no keys: the guest does. Any thread. */
public final class Keyboard {
    private final InputSink sink;
    /** Guarded by this. */
    private final Set<Key> held = new TreeSet<>();

    /** Keys that go to a device. */
    public Keyboard(InputSink sink) {
        this.sink = sink;
    }

    /** A key goes down; of no effect if it is down. */
    public synchronized void press(Key key) {
        if (held.add(key)) {
            sink.send(List.of(InputEvent.key(key.code(), true)));
        }
    }

    /** A key comes up; of no effect if it is up. */
    public synchronized void release(Key key) {
        if (held.remove(key)) {
            sink.send(List.of(InputEvent.key(key.code(), false)));
        }
    }

    /** All keys come up: whoever held them looks elsewhere. */
    public synchronized void releaseAll() {
        List.copyOf(held).forEach(this::release);
    }

    /** Keys go down one after the other, and up in the reverse order: {@code chord(LEFT_CTRL, C)}. */
    public synchronized void chord(Key... keys) {
        for (Key key : keys) {
            press(key);
        }
        for (int i = keys.length - 1; i >= 0; i--) {
            release(keys[i]);
        }
    }
}
