package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;

/**
 * What makes a virtio device a block device, a console, and so on; it knows no registers. Its methods are called with
 * the machine's device lock held. Work that may block is done elsewhere and comes back as an event, which enters the
 * session through {@link VirtioSession#run}.
 */
public interface VirtioDevice extends AutoCloseable {

    /** A short name for messages and traces: {@code virtio-blk}. */
    String name();

    /** As {@link dev.ravel.device.Device#identity}. */
    default String identity() {
        return name();
    }

    /** The kind of device (virtio 1.3, chapter 5). */
    int deviceId();

    /**
     * Feature bits of this kind of device that it offers (bits 0 to 23); those of rings and transports are not its
     * business.
     */
    long features();

    /** The most descriptors of each virtqueue, powers of two, by index. */
    List<Integer> queueSizes();

    /** The configuration space as it is now; it reads as zero past its end. */
    byte[] configuration();

    /**
     * The driver wrote a field of the configuration space, which may happen before the driver is ready.
     *
     * @param offset 0 to 255
     * @param size bytes: 1, 2 or 4
     */
    default void configure(int offset, int size, long value) {}

    /** The driver is ready: features are agreed on, queues are set up and may hold requests already. */
    void start(VirtioSession session) throws DriverFaultException;

    /** The driver made requests available in a queue. */
    void notified(VirtioSession session, int queue) throws DriverFaultException;

    /** Returns to the state after power-on; the session that was, if any, is over. */
    void reset();

    /** Is about to be reset and restored: takes nothing from the host until then. */
    default void prepareRestore() {}

    /** Writes the state that is neither in the rings nor in the transport. */
    void save(StateWriter out);

    /**
     * Reads back what {@link #save} wrote.
     *
     * @param session the one that goes on, if the driver was ready
     */
    void restore(StateReader in, Optional<VirtioSession> session) throws DriverFaultException;

    /** As {@link dev.ravel.device.Device#keptByHost}. */
    default Optional<String> keptByHost() {
        return Optional.empty();
    }

    /** Releases host resources. */
    @Override
    default void close() {}
}
