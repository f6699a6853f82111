package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;

/**
 * The device's end of a ring that a driver has set up, in either of the two formats. The driver may change any byte of
 * it at any time; whatever it writes, the answer is a request or a {@link DriverFaultException}.
 */
sealed interface Ring permits SplitRing, PackedRing {
    /**
     * What driver and device agreed on, and where the driver put the ring's areas.
     *
     * @param size descriptors
     * @param descriptors physical address of the descriptors
     * @param driver of what the driver writes: the available ring, or when it wants to be interrupted
     * @param device of what the device writes: the used ring, or when it wants to be notified
     * @param indirect whether descriptors may point to tables of descriptors
     * @param eventIndex whether either side names the place in the ring of which it wants to be told
     */
    record Layout(int size, long descriptors, long driver, long device, boolean indirect, boolean eventIndex) {}

    /** Bytes of a descriptor, in both formats. */
    int DESCRIPTOR_SIZE = 16;

    /** Flag of a descriptor: the request goes on in another. */
    int FLAG_NEXT = 1;

    /** Flag of a descriptor: the device writes its memory. */
    int FLAG_WRITE = 2;

    /** Flag of a descriptor: its memory is a table of descriptors. */
    int FLAG_INDIRECT = 4;

    /** Whether a request waits. If none does, the driver is asked to notify the device of the next one. */
    boolean hasNext() throws DriverFaultException;

    /** Takes the next request, if one waits. */
    Optional<DescriptorChain> pop() throws DriverFaultException;

    /** The request with that head, which {@link #pop} gave before a snapshot was taken. */
    DescriptorChain again(int head) throws DriverFaultException;

    /**
     * A request that is given back.
     *
     * @param written bytes that the device wrote from the start of the writable part
     */
    record Used(DescriptorChain chain, long written) {}

    /** Gives requests back, at least one: the driver sees all of them, in this order, or none. */
    void push(List<Used> requests) throws DriverFaultException;

    /** Whether the driver wants to be interrupted for what was given back since this was last asked. */
    boolean wantsInterrupt() throws DriverFaultException;

    /** The device's place in the ring, and the requests that it has. */
    VirtioState.Place place();

    /** The request with that head, if the device has it. */
    Optional<DescriptorChain> taken(int head);

    /** Writes the device's place in the ring. */
    void save(StateWriter out);

    /**
     * Reads back what {@link #save} wrote.
     *
     * @throws DriverFaultException if it cannot have been saved by a ring of this layout
     */
    void restore(StateReader in) throws DriverFaultException;
}
