package dev.ravel.virtio;

import java.util.List;
import java.util.Optional;

/**
 * The time from a driver's DRIVER_OK to the device's reset or failure: what a device may do with the driver in it. A
 * session that has ended does nothing any more, so work that comes back too late is harmless. Used with the device
 * lock held, except {@link #ended}.
 */
public final class VirtioSession {
    private final VirtioController controller;
    private final long features;
    /** Work on other threads may look whether it is still wanted. */
    private volatile boolean ended;

    VirtioSession(VirtioController controller, long features) {
        this.controller = controller;
        this.features = features;
    }

    /** Something that a device does for the driver. */
    @FunctionalInterface
    public interface Action {
        /** Does it. */
        void run() throws DriverFaultException;
    }

    /** Whether the driver accepted a feature, by bit number. */
    public boolean accepted(int feature) {
        return (features >>> feature & 1) != 0;
    }

    /** Whether the driver is gone. Any thread. */
    public boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /** Runs what an event handler has to do, unless the session has ended; a fault of the driver breaks the device. */
    public void run(Action action) {
        if (ended) {
            return;
        }
        try {
            action.run();
        } catch (DriverFaultException e) {
            controller.fail(e.getMessage());
        }
    }

    /** Whether a request waits in a queue; if none does, the driver will notify the device of the next one. */
    public boolean hasNext(int queue) throws DriverFaultException {
        return !ended && controller.queue(queue).hasNext();
    }

    /** The next request of a queue. */
    public Optional<DescriptorChain> take(int queue) throws DriverFaultException {
        if (ended) {
            return Optional.empty();
        }
        Optional<DescriptorChain> chain = controller.queue(queue).pop();
        chain.ifPresent(c -> controller
                .observer()
                .virtqueueTaken(controller.device().name(), queue, c.head(), c.readableLength(), c.writableLength()));
        return chain;
    }

    /** The request with that head, which was taken before a snapshot. */
    public DescriptorChain takeAgain(int queue, int head) throws DriverFaultException {
        return controller.queue(queue).chain(head);
    }

    /**
     * Gives a request back; {@link #interrupt} tells the driver.
     *
     * @param written bytes from the start of its writable part
     */
    public void give(int queue, DescriptorChain chain, long written) throws DriverFaultException {
        give(queue, List.of(new Ring.Used(chain, written)));
    }

    /** As {@link #give(int, DescriptorChain, long)} for several, at least one: the driver sees all of them or none. */
    void give(int queue, List<Ring.Used> requests) throws DriverFaultException {
        if (!ended) {
            controller.queue(queue).push(requests);
            for (Ring.Used request : requests) {
                controller
                        .observer()
                        .virtqueueUsed(
                                controller.device().name(),
                                queue,
                                request.chain().head(),
                                request.written());
            }
        }
    }

    /** Interrupts the driver if it wants to know what was given back since the last call. */
    public void interrupt(int queue) throws DriverFaultException {
        if (!ended && controller.queue(queue).wantsInterrupt()) {
            controller.interrupts().usedBuffers(queue);
        }
    }

    /** Tells the driver that the configuration space changed. */
    public void configurationChanged() {
        if (!ended) {
            controller.configurationChanged();
        }
    }
}
