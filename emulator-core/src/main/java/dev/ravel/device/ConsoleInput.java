package dev.ravel.device;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.BoundaryWork;
import dev.ravel.time.EventQueue;

/**
 * Brings a port's input to the guest at instruction boundaries. The device that owns it is asked whether it has room
 * and given byte by byte; when it had no room it calls {@link #resume} once it has.
 */
public final class ConsoleInput implements AutoCloseable {
    private final ConsolePort port;
    private final Receiver receiver;
    private final ConsolePort.Subscription subscription;
    private final BoundaryWork moving;
    /** The receiver had no room when it was last asked; guarded by the device lock. */
    private boolean blocked;
    /** Nothing is to be taken before {@link #restore}; guarded by the device lock. */
    private boolean held;

    /** What takes the input; called with the device lock held. */
    public interface Receiver {
        /** Whether the guest can take a byte now. */
        boolean hasRoom();

        /** Takes a byte; only called after {@link #hasRoom} said yes. */
        void receive(int value);

        /** The bytes that could be given now were given. */
        default void received() {}
    }

    /** Starts to listen to the port; what it holds already comes at the first boundary. */
    public ConsoleInput(ConsolePort port, EventQueue events, Receiver receiver) {
        this.port = port;
        this.receiver = receiver;
        this.moving = new BoundaryWork(events, this::move);
        this.subscription = port.onInput(moving::request);
        moving.request();
    }

    /** Goes on after a lack of room; of no effect if there was none. The device lock is held. */
    public void resume() {
        if (blocked) {
            blocked = false;
            moving.request();
        }
    }

    /** Writes whether the guest is waited for, and whether the next boundary looks for input. */
    public void save(StateWriter out) {
        out.put("inputBlocked", blocked ? 1 : 0);
        out.put("inputQueued", moving.isRequested() ? 1 : 0);
    }

    /** Takes nothing from the port until {@link #restore}. The device lock is held. */
    public void hold() {
        held = true;
    }

    /** Reads back what {@link #save} wrote; input that the port holds comes when it would have come. */
    public void restore(StateReader in) {
        held = false;
        blocked = in.get("inputBlocked") != 0;
        if (!blocked || in.get("inputQueued") != 0) {
            moving.request();
        }
    }

    /** Stops to listen: the port may outlive the machine. */
    @Override
    public void close() {
        subscription.close();
    }

    /** Moves what can be moved; what arrives meanwhile has this called again. */
    private void move() {
        if (held) {
            return;
        }
        boolean any = false;
        blocked = !receiver.hasRoom();
        while (!blocked) {
            int value = port.input();
            if (value == ConsolePort.NOTHING) {
                break;
            }
            receiver.receive(value);
            any = true;
            blocked = !receiver.hasRoom();
        }
        if (any) {
            receiver.received();
        }
    }
}
