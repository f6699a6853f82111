package dev.ravel.device;

import dev.ravel.time.BoundaryWork;
import dev.ravel.time.EventQueue;

/**
 * Lets a device go on at an instruction boundary when its port is no longer congested. The device itself keeps what it
 * could not send meanwhile.
 */
public final class ConsoleOutput implements AutoCloseable {
    private final BoundaryWork goingOn;
    private final ConsolePort.Subscription subscription;

    /** Starts to listen to the port; {@code goOn} is called with the device lock held. */
    public ConsoleOutput(ConsolePort port, EventQueue events, Runnable goOn) {
        this.goingOn = new BoundaryWork(events, goOn);
        this.subscription = port.onRoom(this::wake);
    }

    /** Has the device go on at the next instruction boundary. Any thread. */
    public void wake() {
        goingOn.request();
    }

    /** Stops to listen. */
    @Override
    public void close() {
        subscription.close();
    }
}
