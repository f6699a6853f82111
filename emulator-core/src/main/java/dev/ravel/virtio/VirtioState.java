package dev.ravel.virtio;

import java.util.List;
import java.util.Optional;

/**
 * What driver and device have agreed on, and where they are in their queues, at one moment.
 *
 * @param deviceId the kind of device (virtio 1.3, chapter 5)
 * @param status the device status (2.1)
 * @param offered feature bits that the device offers (2.2)
 * @param accepted feature bits that the driver wants; they hold once the status says FEATURES_OK
 * @param interruptStatus {@link VirtioTransport#USED_BUFFER} and {@link VirtioTransport#CONFIGURATION_CHANGE}
 * @param fault why the device needs a reset; empty if it does not
 */
public record VirtioState(
        int deviceId,
        int status,
        long offered,
        long accepted,
        int interruptStatus,
        Optional<String> fault,
        List<Queue> queues) {
    public VirtioState {
        queues = List.copyOf(queues);
    }

    /**
     * A virtqueue.
     *
     * @param maxSize the most descriptors that the driver may choose
     * @param size descriptors
     * @param packed whether it is a packed one (2.8), not a split one (2.7)
     * @param indirect whether descriptors may point to tables of descriptors
     * @param eventIndex whether either side names the place in the ring of which it wants to be told
     * @param descriptors physical address of the descriptors
     * @param driver of what the driver writes: the available ring, or the driver event suppression
     * @param device of what the device writes: the used ring, or the device event suppression
     * @param place where the device is; empty while the queue is not in use
     */
    public record Queue(
            int maxSize,
            int size,
            boolean packed,
            boolean indirect,
            boolean eventIndex,
            long descriptors,
            long driver,
            long device,
            Optional<Place> place) {}

    /**
     * Where a device is in a ring.
     *
     * @param available index of the available ring up to which it took requests (0 to 65535), or in a packed ring the
     *     descriptor at which the next one begins
     * @param availableWrap the counter of rounds that goes with it, in a packed ring
     * @param used index of the used ring up to which it gave requests back, or in a packed ring the descriptor that the next one
     *     is written over
     * @param usedWrap the counter of rounds that goes with it, in a packed ring
     * @param taken the requests that it has, in the order in which it took them
     */
    public record Place(int available, boolean availableWrap, int used, boolean usedWrap, List<Taken> taken) {
        public Place {
            taken = List.copyOf(taken);
        }
    }

    /**
     * A request that the device has.
     *
     * @param head the driver's name for it; in a split ring the index of its first descriptor
     * @param buffers those that the device reads, then those that it writes; all of them are in RAM
     */
    public record Taken(int head, List<Buffer> buffers) {
        public Taken {
            buffers = List.copyOf(buffers);
        }
    }

    /**
     * Memory of a request.
     *
     * @param address physical
     * @param length bytes
     * @param written whether the device writes it, otherwise it reads it
     */
    public record Buffer(long address, long length, boolean written) {}
}
