package dev.ravel.virtio;

import java.util.ArrayList;
import java.util.List;

/** Gathers the descriptors of one request and checks what holds for all of them (virtio 1.3, 2.7.4, 2.7.5, 2.8). */
final class ChainBuilder {
    /** A chain in an indirect table may be longer than the queue; this is as much as other devices take. */
    private static final int MAX_INDIRECT = 1024;

    private final GuestMemory memory;
    private final Ring.Layout layout;
    private final List<DescriptorChain.Segment> readable = new ArrayList<>();
    private final List<DescriptorChain.Segment> writable = new ArrayList<>();
    private boolean inIndirect;
    private int steps;
    private long total;

    ChainBuilder(GuestMemory memory, Ring.Layout layout) {
        this.memory = memory;
        this.layout = layout;
    }

    /**
     * The rest of the request stands in a table.
     *
     * @param length bytes of the table
     * @param flags of the descriptor that points to it
     * @return how many descriptors the table has
     */
    int enterIndirect(long address, long length, int flags) throws DriverFaultException {
        if (!layout.indirect()) {
            throw new DriverFaultException("an indirect descriptor was not agreed on");
        }
        if (inIndirect || (flags & Ring.FLAG_NEXT) != 0) {
            throw new DriverFaultException("an indirect descriptor is not the last of its chain");
        }
        if (length == 0 || length % Ring.DESCRIPTOR_SIZE != 0 || length / Ring.DESCRIPTOR_SIZE > Virtqueue.MAX_SIZE) {
            throw new DriverFaultException("an indirect table has " + length + " bytes");
        }
        memory.check(address, length);
        inIndirect = true;
        return (int) (length / Ring.DESCRIPTOR_SIZE);
    }

    /** Adds the memory of a descriptor. */
    void add(long address, long length, boolean write) throws DriverFaultException {
        // Whoever takes more steps than there are descriptors goes in circles.
        if (++steps > (inIndirect ? Math.max(layout.size(), MAX_INDIRECT) : layout.size())) {
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

    /**
     * The request.
     *
     * @param head the driver's name for it
     * @param slots places of the ring that it takes
     */
    DescriptorChain build(int head, int slots) {
        return new DescriptorChain(head, slots, memory, readable, writable);
    }
}
