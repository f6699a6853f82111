package dev.ravel.virtio;

import dev.ravel.device.Device;
import dev.ravel.observe.Observer;
import java.util.Optional;

/** Registers through which a driver reaches a virtio device (virtio 1.3, chapter 4): in memory, or on PCI. */
public sealed interface VirtioTransport extends Device permits VirtioMmio, VirtioPci {
    /** Interrupt status: requests were given back. */
    int USED_BUFFER = 1;

    /** Interrupt status: the configuration or the device status changed. */
    int CONFIGURATION_CHANGE = 2;

    /** What is behind the registers. */
    VirtioController controller();

    /** What driver and device have agreed on and where they are in their queues; nothing changes by looking. */
    VirtioState state();

    /** Sets who watches the queues. */
    default void setObserver(Observer observer) {
        controller().setObserver(observer);
    }

    /** Who watches the queues. */
    default Observer observer() {
        return controller().observer();
    }

    /** Why the device needs a reset; empty if it does not. */
    default Optional<String> fault() {
        return controller().fault();
    }

    @Override
    default String name() {
        return controller().device().name();
    }

    @Override
    default String identity() {
        return controller().device().identity();
    }

    @Override
    default void prepareRestore() {
        controller().device().prepareRestore();
        reset();
    }

    @Override
    default Optional<String> keptByHost() {
        return controller().device().keptByHost();
    }

    @Override
    default void close() {
        controller().device().close();
    }
}
