package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A split virtqueue (virtio 1.3, 2.7): a table of descriptors, the driver's available ring, the device's used ring. */
final class SplitRing implements Ring {
    private static final int AVAILABLE_FLAGS = 0;
    private static final int AVAILABLE_INDEX = 2;
    private static final int AVAILABLE_RING = 4;
    private static final int AVAILABLE_NO_INTERRUPT = 1;
    private static final int USED_INDEX = 2;
    private static final int USED_RING = 4;
    private static final int USED_ELEMENT_SIZE = 8;

    private final GuestMemory memory;
    private final Layout layout;
    private final int size;
    private final long available;
    private final long used;

    /** The available ring's index up to which requests were taken. */
    private int nextAvailable;

    /** The used ring's index as the driver sees it. */
    private int usedIndex;

    /** {@link #usedIndex} when an interrupt was last considered. */
    private int signalled;

    /** The requests that the device has, by their heads: the ring does not tell them from those that are done. */
    private final Map<Integer, DescriptorChain> taken = new LinkedHashMap<>();

    /** A ring at index 0. Size, places and alignment (virtio 1.3, 2.7) are checked here once. */
    SplitRing(GuestMemory memory, Layout layout) throws DriverFaultException {
        this.memory = memory;
        this.layout = layout;
        this.size = layout.size();
        this.available = layout.driver();
        this.used = layout.device();
        if (Integer.bitCount(size) != 1) {
            throw new DriverFaultException("queue size " + size + " is not a power of two");
        }
        if ((layout.descriptors() & 15) != 0 || (available & 1) != 0 || (used & 3) != 0) {
            throw new DriverFaultException(
                    String.format("rings at 0x%x, 0x%x, 0x%x are not aligned", layout.descriptors(), available, used));
        }
        memory.check(layout.descriptors(), (long) size * DESCRIPTOR_SIZE);
        memory.check(available, AVAILABLE_RING + 2L * size + 2);
        memory.check(used, USED_RING + (long) USED_ELEMENT_SIZE * size + 2);
    }

    @Override
    public boolean hasNext() throws DriverFaultException {
        if (waiting() != 0) {
            return true;
        }
        if (!layout.eventIndex()) {
            return false;
        }
        memory.writeShort(used + USED_RING + (long) USED_ELEMENT_SIZE * size, nextAvailable);
        // The driver either sees the event index, or added its request before: then it is seen here.
        VarHandle.fullFence();
        return waiting() != 0;
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

    @Override
    public Optional<DescriptorChain> pop() throws DriverFaultException {
        if (!hasNext()) {
            return Optional.empty();
        }
        int head = memory.readShort(available + AVAILABLE_RING + 2L * (nextAvailable & size - 1));
        DescriptorChain chain = again(head);
        nextAvailable = nextAvailable + 1 & 0xffff;
        return Optional.of(chain);
    }

    @Override
    public DescriptorChain again(int head) throws DriverFaultException {
        DescriptorChain chain = walk(head);
        taken.put(head, chain);
        return chain;
    }

    private DescriptorChain walk(int head) throws DriverFaultException {
        if (head >= size) {
            throw new DriverFaultException("descriptor " + head + " is made available in a queue of " + size);
        }
        ChainBuilder builder = new ChainBuilder(memory, layout);
        long table = layout.descriptors();
        int tableSize = size;
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
                tableSize = builder.enterIndirect(address, length, flags);
                table = address;
                index = 0;
                continue;
            }
            builder.add(address, length, (flags & FLAG_WRITE) != 0);
            if ((flags & FLAG_NEXT) == 0) {
                return builder.build(head, 1);
            }
            index = memory.readShort(descriptor + 14);
        }
    }

    @Override
    public void push(List<Used> requests) throws DriverFaultException {
        for (Used request : requests) {
            taken.remove(request.chain().head());
            long element = used + USED_RING + (long) USED_ELEMENT_SIZE * (usedIndex & size - 1);
            memory.writeInt(element, request.chain().head());
            memory.writeInt(element + 4, (int) request.written());
            usedIndex = usedIndex + 1 & 0xffff;
        }
        memory.writeIndex(used + USED_INDEX, usedIndex);
    }

    @Override
    public boolean wantsInterrupt() throws DriverFaultException {
        int before = signalled;
        signalled = usedIndex;
        if (before == usedIndex) {
            return false;
        }
        // The driver either sees the used index, or changed its mind before: then it is seen here.
        VarHandle.fullFence();
        if (!layout.eventIndex()) {
            return (memory.readShort(available + AVAILABLE_FLAGS) & AVAILABLE_NO_INTERRUPT) == 0;
        }
        int event = memory.readShort(available + AVAILABLE_RING + 2L * size);
        return (usedIndex - event - 1 & 0xffff) < (usedIndex - before & 0xffff);
    }

    @Override
    public VirtioState.Place place() {
        return new VirtioState.Place(
                nextAvailable,
                true,
                usedIndex,
                true,
                taken.values().stream().map(DescriptorChain::taken).toList());
    }

    @Override
    public Optional<DescriptorChain> taken(int head) {
        return Optional.ofNullable(taken.get(head));
    }

    @Override
    public void save(StateWriter out) {
        out.put("nextAvailable", nextAvailable);
        out.put("usedIndex", usedIndex);
        out.put("signalled", signalled);
    }

    @Override
    public void restore(StateReader in) {
        nextAvailable = (int) in.get("nextAvailable") & 0xffff;
        usedIndex = (int) in.get("usedIndex") & 0xffff;
        signalled = (int) in.get("signalled") & 0xffff;
    }
}
