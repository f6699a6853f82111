package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;

/**
 * The device's end of a virtqueue (virtio 1.3, 2.6), split or packed, with indirect descriptors and event indices. The
 * driver may change any byte of the rings at any time; whatever it writes, the answer is a request or a {@link
 * DriverFaultException}.
 */
public final class Virtqueue {
    /** The most descriptors of a queue (virtio 1.3, 2.7). */
    public static final int MAX_SIZE = 32_768;

    private final GuestMemory memory;
    private final int maxSize;
    private int size;
    private long descriptors;
    private long driver;
    private long device;
    private boolean packed;
    private boolean indirect;
    private boolean eventIndex;
    /** What is worked with while the queue is in use. */
    private Optional<Ring> ring = Optional.empty();

    /** A queue that is not set up, of {@code maxSize} descriptors: a power of two. */
    Virtqueue(GuestMemory memory, int maxSize) {
        this.memory = memory;
        this.maxSize = maxSize;
        this.size = maxSize;
    }

    /** The most descriptors that the driver may choose. */
    public int maxSize() {
        return maxSize;
    }

    /** Whether the driver has set the queue up. */
    public boolean isReady() {
        return ring.isPresent();
    }

    int size() {
        return size;
    }

    /** Sets the number of descriptors; checked by {@link #enable}. */
    void setSize(int size) {
        this.size = size;
    }

    long descriptorArea() {
        return descriptors;
    }

    void setDescriptorArea(long address) {
        descriptors = address;
    }

    long driverArea() {
        return driver;
    }

    void setDriverArea(long address) {
        driver = address;
    }

    long deviceArea() {
        return device;
    }

    void setDeviceArea(long address) {
        device = address;
    }

    /** Which form of the ring the driver agreed to; before the queue is enabled. */
    void negotiated(boolean packedRing, boolean indirectDescriptors, boolean eventIndices) {
        packed = packedRing;
        indirect = indirectDescriptors;
        eventIndex = eventIndices;
    }

    /** Starts the queue at its beginning. */
    void enable() throws DriverFaultException {
        ring = Optional.empty();
        ring = Optional.of(create());
    }

    private Ring create() throws DriverFaultException {
        if (size <= 0 || size > maxSize) {
            throw new DriverFaultException("queue size " + size + " is not from 1 to " + maxSize);
        }
        Ring.Layout layout = new Ring.Layout(size, descriptors, driver, device, indirect, eventIndex);
        return packed ? new PackedRing(memory, layout) : new SplitRing(memory, layout);
    }

    /** Stops the queue. */
    void disable() {
        ring = Optional.empty();
    }

    /** Returns to the state after reset. */
    void reset() {
        ring = Optional.empty();
        size = maxSize;
        descriptors = 0;
        driver = 0;
        device = 0;
        negotiated(false, false, false);
    }

    /**
     * Whether a request waits. If none does, the driver is asked to notify the device of the next one.
     */
    public boolean hasNext() throws DriverFaultException {
        return ring.isPresent() && ring.get().hasNext();
    }

    /** Takes the next request, if one waits. */
    public Optional<DescriptorChain> pop() throws DriverFaultException {
        return ring.isPresent() ? ring.get().pop() : Optional.empty();
    }

    /** Reads a request again that {@link #pop} gave before a snapshot was taken. */
    DescriptorChain chain(int head) throws DriverFaultException {
        if (ring.isEmpty()) {
            throw new DriverFaultException("a request was taken from a queue that is not in use");
        }
        return ring.get().again(head);
    }

    /**
     * Gives a request back; means nothing if the driver has stopped the queue.
     *
     * @param written bytes that the device wrote from the start of the writable part
     */
    public void push(DescriptorChain chain, long written) throws DriverFaultException {
        push(List.of(new Ring.Used(chain, written)));
    }

    /** As {@link #push(DescriptorChain, long)} for several, at least one: the driver sees all of them or none. */
    void push(List<Ring.Used> requests) throws DriverFaultException {
        if (ring.isPresent()) {
            ring.get().push(requests);
        }
    }

    /** Whether the driver wants to be interrupted for what was given back since this was last asked. */
    boolean wantsInterrupt() throws DriverFaultException {
        return ring.isPresent() && ring.get().wantsInterrupt();
    }

    /** The queue as it is now; nothing changes by looking. */
    VirtioState.Queue state() {
        return new VirtioState.Queue(
                maxSize, size, packed, indirect, eventIndex, descriptors, driver, device, ring.map(Ring::place));
    }

    /** A request that the device has, as whoever looks from outside sees it. */
    Optional<VirtioState.Taken> taken(int head) {
        return ring.flatMap(r -> r.taken(head)).map(DescriptorChain::taken);
    }

    void save(StateWriter out) {
        out.put("size", size);
        out.put("descriptors", descriptors);
        out.put("available", driver);
        out.put("used", device);
        out.put("ready", isReady() ? 1 : 0);
        ring.ifPresent(r -> r.save(out));
    }

    /** Reads back what {@link #save} wrote, after {@link #negotiated}. */
    void restore(StateReader in) {
        size = (int) in.get("size");
        descriptors = in.get("descriptors");
        driver = in.get("available");
        device = in.get("used");
        ring = Optional.empty();
        if (in.get("ready") != 0) {
            try {
                Ring restored = create();
                restored.restore(in);
                ring = Optional.of(restored);
            } catch (DriverFaultException e) {
                throw new IllegalArgumentException(
                        "the snapshot holds a virtqueue that cannot be: " + e.getMessage(), e);
            }
        }
    }
}
