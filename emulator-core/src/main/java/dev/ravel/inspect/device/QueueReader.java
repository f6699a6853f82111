package dev.ravel.inspect.device;

import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.virtio.DriverFaultException;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the rings of a virtqueue out of a guest's memory, where anything may stand: what makes no sense is told, and every walk
 * ends.
 */
final class QueueReader {
    private static final int DESCRIPTOR_SIZE = 16;
    private static final int FLAG_NEXT = 1;
    private static final int FLAG_WRITE = 2;
    private static final int FLAG_INDIRECT = 4;
    private static final int FLAG_AVAILABLE = 1 << 7;
    private static final int FLAG_USED = 1 << 15;
    private static final int RING_INDEX = 2;
    private static final int RING = 4;
    private static final int INDEX_MASK = 0xffff;

    /** More is nobody's to read at once. */
    private static final int MOST_REQUESTS = 32;

    /** The longest chain through a table that the device takes. */
    private static final int MOST_INDIRECT = 1024;

    private static final int MOST_DESCRIPTORS = 128;
    private static final int LAST_ENTRIES = 8;

    private final GuestMemory memory;
    private final int deviceId;
    private final int number;
    private final VirtioState.Queue queue;
    private Optional<String> torn = Optional.empty();

    private QueueReader(GuestMemory memory, int deviceId, int number, VirtioState.Queue queue) {
        this.memory = memory;
        this.deviceId = deviceId;
        this.number = number;
        this.queue = queue;
    }

    /** A descriptor as it stands in memory. */
    private record Raw(long address, long length, int flags, int last) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    static QueueView read(GuestMemory memory, int deviceId, int number, VirtioState.Queue queue) {
        return new QueueReader(memory, deviceId, number, queue).read();
    }

    private QueueView read() {
        List<QueueView.Descriptor> descriptors = new ArrayList<>();
        List<QueueView.Available> available = new ArrayList<>();
        List<QueueView.Used> used = new ArrayList<>();
        List<RequestView> requests = new ArrayList<>();
        queue.place().ifPresent(place -> {
            place.taken()
                    .forEach(taken -> requests.add(RequestReader.request(
                            deviceId,
                            number,
                            taken.head(),
                            new Stage.Taken(),
                            Excerpt.of(memory, taken.buffers()),
                            Optional.empty())));
            try {
                readDescriptors(descriptors);
                if (queue.packed()) {
                    readPacked(place, requests);
                } else {
                    readSplit(place, available, used, requests);
                }
            } catch (DriverFaultException e) {
                torn = Optional.of(e.getMessage());
            }
        });
        return new QueueView(
                number, RequestReader.purpose(deviceId, number), queue, descriptors, available, used, requests, torn);
    }

    private Raw raw(long table, int index) throws DriverFaultException {
        long at = table + (long) index * DESCRIPTOR_SIZE;
        return new Raw(
                memory.readLong(at),
                memory.readInt(at + 8) & 0xffff_ffffL,
                memory.readShort(at + (queue.packed() ? 14 : 12)),
                memory.readShort(at + (queue.packed() ? 12 : 14)));
    }

    private void readDescriptors(List<QueueView.Descriptor> into) throws DriverFaultException {
        for (int i = 0; i < queue.size() && into.size() < MOST_DESCRIPTORS; i++) {
            Raw raw = raw(queue.descriptors(), i);
            if (!raw.equals(new Raw(0, 0, 0, 0))) {
                into.add(new QueueView.Descriptor(i, raw.address, raw.length, flags(raw), raw.last));
            }
        }
    }

    private List<String> flags(Raw raw) {
        List<String> names = new ArrayList<>();
        if (raw.has(FLAG_NEXT)) {
            names.add("NEXT");
        }
        if (raw.has(FLAG_WRITE)) {
            names.add("WRITE");
        }
        if (raw.has(FLAG_INDIRECT)) {
            names.add("INDIRECT");
        }
        if (queue.packed() && raw.has(FLAG_AVAILABLE)) {
            names.add("AVAIL");
        }
        if (queue.packed() && raw.has(FLAG_USED)) {
            names.add("USED");
        }
        return names;
    }

    private void readSplit(
            VirtioState.Place place,
            List<QueueView.Available> available,
            List<QueueView.Used> used,
            List<RequestView> requests)
            throws DriverFaultException {
        int index = memory.readShort(queue.driver() + RING_INDEX);
        int waiting = index - place.available() & INDEX_MASK;
        if (waiting > queue.size()) {
            torn = Optional.of("the available ring's index went from " + place.available() + " to " + index
                    + " in a queue of " + queue.size());
            waiting = 0;
        }
        // Entries from before the ring was set up, and those that newer ones stand over, are none.
        int before = Math.min(Math.min(LAST_ENTRIES, place.available()), queue.size() - waiting);
        for (int i = -before; i < Math.min(waiting, MOST_REQUESTS); i++) {
            int at = place.available() + i & INDEX_MASK;
            int head = memory.readShort(queue.driver() + RING + 2L * (at % queue.size()));
            available.add(new QueueView.Available(at, head, i < 0));
            if (i >= 0) {
                requests.add(waitingSplit(head));
            }
        }
        int last = memory.readShort(queue.device() + RING_INDEX);
        if (last != place.used()) {
            torn = torn.or(
                    () -> Optional.of("the used ring's index is " + last + ", not the device's " + place.used()));
        }
        for (int i = Math.min(Math.min(LAST_ENTRIES, place.used()), queue.size()); i > 0; i--) {
            int at = place.used() - i & INDEX_MASK;
            long element = queue.device() + RING + 8L * (at % queue.size());
            used.add(new QueueView.Used(
                    at, memory.readInt(element) & 0xffff_ffffL, memory.readInt(element + 4) & 0xffff_ffffL));
        }
    }

    private RequestView waitingSplit(int head) {
        Chain chain = new Chain();
        try {
            chain.walkSplit(head);
        } catch (DriverFaultException e) {
            chain.broken = Optional.of(e.getMessage());
        }
        return chain.request(head);
    }

    /** Goes on for as long as the driver's flags are those of this round (virtio 1.3, 2.8.1). */
    private void readPacked(VirtioState.Place place, List<RequestView> requests) throws DriverFaultException {
        int index = place.available();
        boolean wrap = place.availableWrap();
        int slots = 0;
        for (int count = 0; count < MOST_REQUESTS && slots < queue.size(); count++) {
            Raw first = raw(queue.descriptors(), index);
            if (first.has(FLAG_AVAILABLE) != wrap || first.has(FLAG_USED) == wrap) {
                return;
            }
            Chain chain = new Chain();
            try {
                chain.walkPacked(index);
            } catch (DriverFaultException e) {
                chain.broken = Optional.of(e.getMessage());
            }
            requests.add(chain.request(chain.id));
            if (chain.broken.isPresent()) {
                // Where the next one begins is not to be known.
                return;
            }
            slots += chain.slots;
            index += chain.slots;
            if (index >= queue.size()) {
                index -= queue.size();
                wrap = !wrap;
            }
        }
    }

    /** The buffers of a request, collected up to the first that cannot be. */
    private final class Chain {
        private final List<VirtioState.Buffer> buffers = new ArrayList<>();
        private Optional<String> broken = Optional.empty();
        private int id;
        private int slots;
        private int steps;
        private boolean indirect;

        private RequestView request(int head) {
            return RequestReader.request(
                    deviceId, number, head, new Stage.Waiting(), Excerpt.of(memory, buffers), broken);
        }

        private void walkSplit(int head) throws DriverFaultException {
            long table = queue.descriptors();
            int size = queue.size();
            int index = head;
            while (broken.isEmpty()) {
                if (index >= size) {
                    broken = Optional.of("descriptor " + index + " is outside a table of " + size);
                    return;
                }
                Raw raw = raw(table, index);
                if (raw.has(FLAG_INDIRECT)) {
                    if (!enterable(raw)) {
                        return;
                    }
                    table = raw.address;
                    size = (int) (raw.length / DESCRIPTOR_SIZE);
                    index = 0;
                    continue;
                }
                add(raw);
                if (!raw.has(FLAG_NEXT)) {
                    return;
                }
                index = raw.last;
            }
        }

        private void walkPacked(int start) throws DriverFaultException {
            int index = start;
            while (broken.isEmpty()) {
                Raw raw = raw(queue.descriptors(), index);
                id = raw.last;
                if (++slots > queue.size()) {
                    broken = Optional.of("a descriptor chain is a loop, or too long");
                    return;
                }
                if (!raw.has(FLAG_INDIRECT)) {
                    add(raw);
                } else if (enterable(raw)) {
                    for (int i = 0; i < raw.length / DESCRIPTOR_SIZE && broken.isEmpty(); i++) {
                        add(raw(raw.address, i));
                    }
                }
                if (!raw.has(FLAG_NEXT)) {
                    return;
                }
                index = (index + 1) % queue.size();
            }
        }

        private boolean enterable(Raw raw) {
            if (!queue.indirect()) {
                broken = Optional.of("an indirect descriptor was not agreed on");
            } else if (indirect || raw.has(FLAG_NEXT)) {
                broken = Optional.of("an indirect descriptor is not the last of its chain");
            } else if (raw.length == 0 || raw.length % DESCRIPTOR_SIZE != 0) {
                broken = Optional.of("an indirect table has " + raw.length + " bytes");
            }
            indirect = true;
            return broken.isEmpty();
        }

        private void add(Raw raw) throws DriverFaultException {
            // Whoever takes more steps than there are descriptors goes in circles.
            if (++steps > (indirect ? Math.max(MOST_INDIRECT, queue.size()) : queue.size())) {
                broken = Optional.of("a descriptor chain is a loop, or too long");
                return;
            }
            buffers.add(new VirtioState.Buffer(raw.address, raw.length, raw.has(FLAG_WRITE)));
            if (raw.length == 0) {
                broken = Optional.of("a descriptor has no bytes");
            } else {
                memory.check(raw.address, raw.length);
            }
        }
    }
}
