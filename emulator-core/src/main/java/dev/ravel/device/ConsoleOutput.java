package dev.ravel.device;

import dev.ravel.time.EventQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a device go on at an instruction boundary when its port is no longer congested. The device itself keeps what it
 * could not send meanwhile.
 */
public final class ConsoleOutput implements AutoCloseable {
    private final EventQueue events;
    private final Runnable goOn;
    private final AtomicBoolean queued = new AtomicBoolean();
    private final ConsolePort.Subscription subscription;

    /** Starts to listen to the port; {@code goOn} is called with the device lock held. */
    public ConsoleOutput(ConsolePort port, EventQueue events, Runnable goOn) {
        this.events = events;
        this.goOn = goOn;
        this.subscription = port.onRoom(this::wake);
    }

    /** Has the device go on at the next instruction boundary. Any thread. */
    public void wake() {
        if (queued.compareAndSet(false, true)) {
            events.post(() -> {
                queued.set(false);
                goOn.run();
            });
        }
    }

    /** Stops to listen. */
    @Override
    public void close() {
        subscription.close();
    }
}
