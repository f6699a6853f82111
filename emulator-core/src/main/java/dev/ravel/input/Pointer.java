package dev.ravel.input;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A pointer that says where it is, as a front end uses it. Any thread. */
public final class Pointer {
    /** What an axis says at the right or lower edge; at the left or upper one it is 0. */
    public static final int MAX = 0x7fff;

    private final InputSink sink;
    /** Guarded by this. */
    private final Set<PointerButton> held = EnumSet.noneOf(PointerButton.class);

    /** A pointer of a device. */
    public Pointer(InputSink sink) {
        this.sink = sink;
    }

    /**
     * Moves to a place.
     *
     * @param x 0 at the left edge, 1 at the right one; further out counts as the edge
     * @param y 0 at the upper edge, 1 at the lower one
     */
    public void moveTo(double x, double y) {
        sink.send(List.of(
                new InputEvent(InputEvent.EV_ABS, InputEvent.ABS_X, position(x)),
                new InputEvent(InputEvent.EV_ABS, InputEvent.ABS_Y, position(y))));
    }

    private static int position(double part) {
        return (int) Math.round(Math.clamp(part, 0, 1) * MAX);
    }

    /** A button goes down; of no effect if it is down. */
    public synchronized void press(PointerButton button) {
        if (held.add(button)) {
            sink.send(List.of(InputEvent.key(button.code(), true)));
        }
    }

    /** A button comes up; of no effect if it is up. */
    public synchronized void release(PointerButton button) {
        if (held.remove(button)) {
            sink.send(List.of(InputEvent.key(button.code(), false)));
        }
    }

    /** All buttons come up. */
    public synchronized void releaseAll() {
        EnumSet.copyOf(held).forEach(this::release);
    }

    /**
     * Turns the wheels.
     *
     * @param right notches to the right; negative to the left
     * @param up notches away from the person; negative towards
     */
    public void wheel(int right, int up) {
        List<InputEvent> turned = new ArrayList<>();
        if (right != 0) {
            turned.add(new InputEvent(InputEvent.EV_REL, InputEvent.REL_HWHEEL, right));
        }
        if (up != 0) {
            turned.add(new InputEvent(InputEvent.EV_REL, InputEvent.REL_WHEEL, up));
        }
        if (!turned.isEmpty()) {
            sink.send(turned);
        }
    }
}
