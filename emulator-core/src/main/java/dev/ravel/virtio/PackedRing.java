package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A packed virtqueue (virtio 1.3, 2.8): one ring of descriptors which driver and device both write. The driver makes
 * descriptors available from one end, the device writes over them when it gives requests back, in whatever order; who
 * wrote a descriptor last is told by two flags, compared with a counter that changes with each round.
 *
 * <p>As a request that is given back may overwrite the descriptors of one that is not, the requests that the device
 * has are kept here, and saved with a snapshot.
 */
final class PackedRing implements Ring {
    private static final int FLAG_AVAILABLE = 1 << 7;
    private static final int FLAG_USED = 1 << 15;
    private static final int LENGTH = 8;
    private static final int ID = 12;
    private static final int FLAGS = 14;

    /** The event suppression areas: a place in the ring, then when to tell (virtio 1.3, 2.8.10). */
    private static final int EVENT_SIZE = 4;

    private static final int EVENT_FLAGS = 2;
    private static final int TELL_ALWAYS = 0;
    private static final int TELL_NEVER = 1;
    private static final int TELL_AT_PLACE = 2;

    private final GuestMemory memory;
    private final Layout layout;
    private final int size;
    private final Place available = new Place();
    private final Place used = new Place();

    /** Slots given back since an interrupt was last considered, at most {@link #size}. */
    private int usedSince;

    /** The requests that the device has, by the driver's name for them. */
    private final Map<Integer, DescriptorChain> taken = new LinkedHashMap<>();

    /** How many slots they take. */
    private int slotsTaken;

    /** A place in the ring, and the counter of rounds. */
    private final class Place {
        private int index;
        private boolean wrap = true;

        private void advance(int slots) {
            index += slots;
            if (index >= size) {
                index -= size;
                wrap = !wrap;
            }
        }

        /** As the event suppression areas have it: the counter in the highest of 16 bits. */
        private int encoded() {
            return index | (wrap ? 1 << 15 : 0);
        }

        private void decode(long value) throws DriverFaultException {
            index = (int) value & 0x7fff;
            wrap = (value >>> 15 & 1) != 0;
            if (index >= size) {
                throw new DriverFaultException("place " + index + " in a ring of " + size);
            }
        }
    }

    /** A ring at its start. Size, places and alignment (virtio 1.3, 2.8.10.1) are checked here once. */
    PackedRing(GuestMemory memory, Layout layout) throws DriverFaultException {
        this.memory = memory;
        this.layout = layout;
        this.size = layout.size();
        if ((layout.descriptors() & 15) != 0 || (layout.driver() & 3) != 0 || (layout.device() & 3) != 0) {
            throw new DriverFaultException(String.format(
                    "rings at 0x%x, 0x%x, 0x%x are not aligned",
                    layout.descriptors(), layout.driver(), layout.device()));
        }
        memory.check(layout.descriptors(), (long) size * DESCRIPTOR_SIZE);
        memory.check(layout.driver(), EVENT_SIZE);
        memory.check(layout.device(), EVENT_SIZE);
    }

    private long slot(int index) {
        return layout.descriptors() + (long) index * DESCRIPTOR_SIZE;
    }

    @Override
    public boolean hasNext() throws DriverFaultException {
        if (waiting()) {
            return true;
        }
        if (layout.eventIndex()) {
            memory.writeShort(layout.device(), available.encoded());
        }
        memory.writeIndex(layout.device() + EVENT_FLAGS, layout.eventIndex() ? TELL_AT_PLACE : TELL_ALWAYS);
        // The driver either sees this, or added its request before: then it is seen here.
        VarHandle.fullFence();
        return waiting();
    }

    /** Whether the driver wrote the descriptor at the next place in this round (virtio 1.3, 2.8.1). */
    private boolean waiting() throws DriverFaultException {
        int flags = memory.readIndex(slot(available.index) + FLAGS);
        return (flags & FLAG_AVAILABLE) != 0 == available.wrap && (flags & FLAG_USED) != 0 != available.wrap;
    }

    @Override
    public Optional<DescriptorChain> pop() throws DriverFaultException {
        if (!hasNext()) {
            return Optional.empty();
        }
        DescriptorChain chain = walk();
        if (taken.putIfAbsent(chain.head(), chain) != null) {
            throw new DriverFaultException("buffer " + chain.head() + " is made available twice");
        }
        slotsTaken += chain.slots();
        if (slotsTaken > size) {
            throw new DriverFaultException("more descriptors are available than a queue of " + size + " has");
        }
        available.advance(chain.slots());
        return Optional.of(chain);
    }

    /** The driver writes the flags of a request's first descriptor last: the others need no look at who wrote them. */
    private DescriptorChain walk() throws DriverFaultException {
        ChainBuilder builder = new ChainBuilder(memory, layout);
        int index = available.index;
        int slots = 0;
        while (true) {
            long descriptor = slot(index);
            long address = memory.readLong(descriptor);
            long length = memory.readInt(descriptor + LENGTH) & 0xffff_ffffL;
            int flags = memory.readShort(descriptor + FLAGS);
            slots++;
            if ((flags & FLAG_INDIRECT) != 0) {
                readTable(builder, address, builder.enterIndirect(address, length, flags));
            } else {
                builder.add(address, length, (flags & FLAG_WRITE) != 0);
            }
            if ((flags & FLAG_NEXT) == 0) {
                return builder.build(memory.readShort(descriptor + ID), slots);
            }
            index = index + 1 == size ? 0 : index + 1;
        }
    }

    /** In a table the descriptors simply follow each other; of their flags only one means something (2.8.7). */
    private void readTable(ChainBuilder builder, long table, int count) throws DriverFaultException {
        for (int i = 0; i < count; i++) {
            long descriptor = table + (long) i * DESCRIPTOR_SIZE;
            int flags = memory.readShort(descriptor + FLAGS);
            if ((flags & FLAG_INDIRECT) != 0) {
                throw new DriverFaultException("an indirect descriptor is not the last of its chain");
            }
            builder.add(
                    memory.readLong(descriptor),
                    memory.readInt(descriptor + LENGTH) & 0xffff_ffffL,
                    (flags & FLAG_WRITE) != 0);
        }
    }

    @Override
    public DescriptorChain again(int head) throws DriverFaultException {
        DescriptorChain chain = taken.get(head);
        if (chain == null) {
            throw new DriverFaultException("buffer " + head + " was never made available");
        }
        return chain;
    }

    @Override
    public void push(List<Used> requests) throws DriverFaultException {
        // The driver looks at them in order: what it sees first is written last.
        long firstFlags = 0;
        int firstValue = 0;
        for (Used request : requests) {
            DescriptorChain chain = request.chain();
            if (!taken.remove(chain.head(), chain)) {
                // From before the driver set the queue up anew: nothing waits for it.
                continue;
            }
            long descriptor = slot(used.index);
            memory.writeInt(descriptor + LENGTH, (int) request.written());
            memory.writeShort(descriptor + ID, chain.head());
            int round = used.wrap ? FLAG_AVAILABLE | FLAG_USED : 0;
            int flags = round | (chain.writableLength() > 0 ? FLAG_WRITE : 0);
            if (firstFlags == 0) {
                firstFlags = descriptor + FLAGS;
                firstValue = flags;
            } else {
                memory.writeIndex(descriptor + FLAGS, flags);
            }
            used.advance(chain.slots());
            slotsTaken -= chain.slots();
            usedSince = Math.min(size, usedSince + chain.slots());
        }
        if (firstFlags != 0) {
            memory.writeIndex(firstFlags, firstValue);
        }
    }

    @Override
    public boolean wantsInterrupt() throws DriverFaultException {
        int since = usedSince;
        usedSince = 0;
        if (since == 0) {
            return false;
        }
        // The driver either sees the used descriptors, or changed its mind before: then it is seen here.
        VarHandle.fullFence();
        int when = memory.readIndex(layout.driver() + EVENT_FLAGS) & 3;
        if (!layout.eventIndex() || when != TELL_AT_PLACE) {
            return when != TELL_NEVER;
        }
        int place = memory.readShort(layout.driver());
        boolean thisRound = (place & 1 << 15) != 0 == used.wrap;
        int distance = used.index + (thisRound ? 0 : size) - (place & 0x7fff);
        return distance > 0 && distance <= since;
    }

    @Override
    public VirtioState.Place place() {
        return new VirtioState.Place(
                available.index,
                available.wrap,
                used.index,
                used.wrap,
                taken.values().stream().map(DescriptorChain::taken).toList());
    }

    @Override
    public Optional<DescriptorChain> taken(int head) {
        return Optional.ofNullable(taken.get(head));
    }

    @Override
    public void save(StateWriter out) {
        out.put("nextAvailable", available.encoded());
        out.put("usedIndex", used.encoded());
        out.put("usedSince", usedSince);
        int bytes = taken.values().stream().mapToInt(DescriptorChain::savedSize).sum();
        ByteBuffer chains = ByteBuffer.allocate(bytes);
        taken.values().forEach(chain -> chain.save(chains));
        out.put("taken", chains.array());
    }

    @Override
    public void restore(StateReader in) throws DriverFaultException {
        available.decode(in.get("nextAvailable"));
        used.decode(in.get("usedIndex"));
        usedSince = Math.clamp(in.get("usedSince"), 0, size);
        taken.clear();
        slotsTaken = 0;
        ByteBuffer chains = ByteBuffer.wrap(in.getBytes("taken"));
        while (chains.hasRemaining()) {
            DescriptorChain chain = DescriptorChain.restore(chains, memory, layout);
            taken.put(chain.head(), chain);
            slotsTaken += chain.slots();
        }
        if (slotsTaken > size) {
            throw new DriverFaultException(slotsTaken + " descriptors are taken from a queue of " + size);
        }
    }
}
