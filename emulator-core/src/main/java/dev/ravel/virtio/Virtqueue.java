package dev.ravel.virtio;

import dev.ravel.device.StateReader;
import dev.ravel.device.StateWriter;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The device's end of a split virtqueue (virtio 1.3, 2.7), with indirect descriptors and event indices. The driver
 * may change any byte of the rings at any time; whatever it writes, the answer is a request or a {@link
 * DriverFaultException}.
 */
public final class Virtqueue {
    /** The most descriptors of a queue (virtio 1.3, 2.7). */
    public static final int MAX_SIZE = 32_768;

    private static final int DESCRIPTOR_SIZE = 16;
    private static final int FLAG_NEXT = 1;
    private static final int FLAG_WRITE = 2;
    private static final int FLAG_INDIRECT = 4;
    /** A chain in an indirect table may be longer than the queue; this is as much as other devices take. */
    private static final int MAX_INDIRECT = 1024;

    private static final int AVAILABLE_FLAGS = 0;
    private static final int AVAILABLE_INDEX = 2;
    private static final int AVAILABLE_RING = 4;
    private static final int AVAILABLE_NO_INTERRUPT = 1;
    private static final int USED_INDEX = 2;
    private static final int USED_RING = 4;
    private static final int USED_ELEMENT_SIZE = 8;

    private final GuestMemory memory;
    private final int maxSize;
    private int size;
    private long descriptors;
    private long available;
    private long used;
    private boolean ready;
    private boolean indirect;
    private boolean eventIndex;
    /** The available ring's index up to which requests were taken. */
    private int nextAvailable;

    /** The used ring's index as the driver sees it. */
    private int usedIndex;

    /** {@link #usedIndex} when an interrupt was last considered. */
    private int signalled;

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
        return ready;
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
        return available;
    }

    void setDriverArea(long address) {
        available = address;
    }

    long deviceArea() {
        return used;
    }

    void setDeviceArea(long address) {
        used = address;
    }

    /** Which forms of the ring the driver agreed to. */
    void negotiated(boolean indirectDescriptors, boolean eventIndices) {
        indirect = indirectDescriptors;
        eventIndex = eventIndices;
    }

    /** Starts the queue at index 0. Sizes, places and alignment (virtio 1.3, 2.7) are checked here once. */
    void enable() throws DriverFaultException {
        checkLayout();
        nextAvailable = 0;
        usedIndex = 0;
        signalled = 0;
        ready = true;
    }

    private void checkLayout() throws DriverFaultException {
        if (size <= 0 || size > maxSize || Integer.bitCount(size) != 1) {
            throw new DriverFaultException("queue size " + size + " is not a power of two up to " + maxSize);
        }
        if ((descriptors & 15) != 0 || (available & 1) != 0 || (used & 3) != 0) {
            throw new DriverFaultException(
                    String.format("rings at 0x%x, 0x%x, 0x%x are not aligned", descriptors, available, used));
        }
        memory.check(descriptors, (long) size * DESCRIPTOR_SIZE);
        memory.check(available, AVAILABLE_RING + 2L * size + 2);
        memory.check(used, USED_RING + (long) USED_ELEMENT_SIZE * size + 2);
    }

    /** Stops the queue. */
    void disable() {
        ready = false;
    }

    /** Returns to the state after reset. */
    void reset() {
        ready = false;
        size = maxSize;
        descriptors = 0;
        available = 0;
        used = 0;
        negotiated(false, false);
    }

    /**
     * Whether a request waits. If none does, the driver is asked to notify the device of the next one.
     */
    public boolean hasNext() throws DriverFaultException {
        if (!ready) {
            return false;
        }
        if (waiting() == 0) {
            if (!eventIndex) {
                return false;
            }
            memory.writeShort(used + USED_RING + (long) USED_ELEMENT_SIZE * size, nextAvailable);
            // The driver either sees the event index, or added its request before: then it is seen here.
            VarHandle.fullFence();
            return waiting() != 0;
        }
        return true;
    }

    private int waiting() throws DriverFaultException {
        int index = memory.readIndex(available + AVAILABLE_INDEX);
        int count = index - nextAvailable & 0xffff;
        if (count > size) {
            throw new DriverFaultException("the available ring's index went from " + nextAvailable + " to " + index
                    + " in a queue of " + size);
        }
        return count;
    }

    /** Takes the next request, if one waits. */
    public Optional<DescriptorChain> pop() throws DriverFaultException {
        if (!hasNext()) {
            return Optional.empty();
        }
        int head = memory.readShort(available + AVAILABLE_RING + 2L * (nextAvailable & size - 1));
        DescriptorChain chain = chain(head);
        nextAvailable = nextAvailable + 1 & 0xffff;
        return Optional.of(chain);
    }

    /** Reads a request again that {@link #pop} gave before a snapshot was taken. */
    DescriptorChain chain(int head) throws DriverFaultException {
        if (head >= size) {
            throw new DriverFaultException("descriptor " + head + " is made available in a queue of " + size);
        }
        return new ChainWalk().walk(head);
    }

    /** One walk along the descriptors of a request. */
    private final class ChainWalk {
        private final List<DescriptorChain.Segment> readable = new ArrayList<>();
        private final List<DescriptorChain.Segment> writable = new ArrayList<>();
        private long table = descriptors;
        private int tableSize = size;
        private boolean inIndirect;
        private int steps;
        private long total;

        private DescriptorChain walk(int head) throws DriverFaultException {
            int index = head;
            while (true) {
                if (index >= tableSize) {
                    throw new DriverFaultException("descriptor " + index + " is outside a table of " + tableSize);
                }
                long descriptor = table + (long) index * DESCRIPTOR_SIZE;
                long address = memory.readLong(descriptor);
                long length = memory.readInt(descriptor + 8) & 0xffff_ffffL;
                int flags = memory.readShort(descriptor + 12);
                if ((flags & FLAG_INDIRECT) != 0) {
                    enterIndirect(address, length, flags);
                    index = 0;
                    continue;
                }
                add(address, length, (flags & FLAG_WRITE) != 0);
                if ((flags & FLAG_NEXT) == 0) {
                    return new DescriptorChain(head, memory, readable, writable);
                }
                index = memory.readShort(descriptor + 14);
            }
        }

        private void enterIndirect(long address, long length, int flags) throws DriverFaultException {
            if (!indirect) {
                throw new DriverFaultException("an indirect descriptor was not agreed on");
            }
            if (inIndirect || (flags & FLAG_NEXT) != 0) {
                throw new DriverFaultException("an indirect descriptor is not the last of its chain");
            }
            if (length == 0 || length % DESCRIPTOR_SIZE != 0 || length / DESCRIPTOR_SIZE > MAX_SIZE) {
                throw new DriverFaultException("an indirect table has " + length + " bytes");
            }
            memory.check(address, length);
            inIndirect = true;
            table = address;
            tableSize = (int) (length / DESCRIPTOR_SIZE);
        }

        private void add(long address, long length, boolean write) throws DriverFaultException {
            // Whoever takes more steps than there are descriptors goes in circles.
            if (++steps > (inIndirect ? Math.max(size, MAX_INDIRECT) : size)) {
                throw new DriverFaultException("a descriptor chain is a loop, or too long");
            }
            if (length == 0) {
                throw new DriverFaultException("a descriptor has no bytes");
            }
            memory.check(address, length);
            total += length;
            if (total > memory.size()) {
                throw new DriverFaultException("the buffers of a request are larger than memory");
            }
            if (write) {
                writable.add(new DescriptorChain.Segment(address, length));
            } else if (writable.isEmpty()) {
                readable.add(new DescriptorChain.Segment(address, length));
            } else {
                throw new DriverFaultException("a descriptor to read follows one to write");
            }
        }
    }

    /**
     * Gives a request back.
     *
     * @param written bytes that the device wrote from the start of the writable part
     */
    public void push(DescriptorChain chain, long written) throws DriverFaultException {
        long element = used + USED_RING + (long) USED_ELEMENT_SIZE * (usedIndex & size - 1);
        memory.writeInt(element, chain.head());
        memory.writeInt(element + 4, (int) written);
        usedIndex = usedIndex + 1 & 0xffff;
        memory.writeIndex(used + USED_INDEX, usedIndex);
    }

    /** Whether the driver wants to be interrupted for what was given back since this was last asked. */
    boolean wantsInterrupt() throws DriverFaultException {
        int before = signalled;
        signalled = usedIndex;
        if (before == usedIndex) {
            return false;
        }
        // The driver either sees the used index, or changed its mind before: then it is seen here.
        VarHandle.fullFence();
        if (!eventIndex) {
            return (memory.readShort(available + AVAILABLE_FLAGS) & AVAILABLE_NO_INTERRUPT) == 0;
        }
        int event = memory.readShort(available + AVAILABLE_RING + 2L * size);
        return (usedIndex - event - 1 & 0xffff) < (usedIndex - before & 0xffff);
    }

    void save(StateWriter out) {
        out.put("size", size);
        out.put("descriptors", descriptors);
        out.put("available", available);
        out.put("used", used);
        out.put("ready", ready ? 1 : 0);
        out.put("nextAvailable", nextAvailable);
        out.put("usedIndex", usedIndex);
        out.put("signalled", signalled);
    }

    /** Reads back what {@link #save} wrote; {@link #negotiated} is told by the caller. */
    void restore(StateReader in) {
        size = (int) in.get("size");
        descriptors = in.get("descriptors");
        available = in.get("available");
        used = in.get("used");
        nextAvailable = (int) in.get("nextAvailable") & 0xffff;
        usedIndex = (int) in.get("usedIndex") & 0xffff;
        signalled = (int) in.get("signalled") & 0xffff;
        ready = in.get("ready") != 0;
        if (ready) {
            try {
                checkLayout();
            } catch (DriverFaultException e) {
                throw new IllegalArgumentException(
                        "the snapshot holds a virtqueue that cannot be: " + e.getMessage(), e);
            }
        }
    }
}
