package dev.ravel.inspect.device;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.machine.Machine;
import dev.ravel.observe.Observer;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioState;
import dev.ravel.virtio.VirtioTransport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches the devices of a machine: the latest accesses to their registers, and the latest requests of virtio devices, read when
 * they are taken and again when they are given back, for a driver uses their memory anew at once. While nobody watches, nothing
 * is paid. The methods that ask may be called at any time from any thread.
 */
public final class DeviceWatch implements AutoCloseable {
    private final int capacity;
    private final List<Hart> harts;
    private final GuestMemory memory;
    private final Accesses listener = new Accesses();

    /** One for each virtio device. */
    private final List<Requests> listeners = new ArrayList<>();

    // Guarded by this.
    private final Deque<Access> accesses = new ArrayDeque<>();
    private final Deque<Kept> requests = new ArrayDeque<>();

    /** Those of the requests that devices have, by the device's place, queue and head. */
    private final Map<Key, Kept> open = new HashMap<>();

    private long accessCount;
    private long requestCount;

    private record Access(int hart, String device, long address, int size, boolean write, long value) {}

    private record Key(long base, int queue, int head) {}

    /** A request as it was when it was last seen: numbers and bytes, for words cost the guest's time. */
    private static final class Kept {
        private final long sequence;
        private final Key key;
        private final VirtioTransport transport;
        private Stage stage = new Stage.Taken();
        private Excerpt excerpt;

        Kept(long sequence, Key key, VirtioTransport transport, Excerpt excerpt) {
            this.sequence = sequence;
            this.key = key;
            this.transport = transport;
            this.excerpt = excerpt;
        }

        SeenRequest seen() {
            int deviceId = transport.controller().device().deviceId();
            return new SeenRequest(
                    sequence,
                    transport.name(),
                    key.base,
                    key.queue,
                    RequestReader.purpose(deviceId, key.queue),
                    RequestReader.request(deviceId, key.queue, key.head, stage, excerpt, Optional.empty()));
        }
    }

    private DeviceWatch(Machine machine, int capacity) {
        this.capacity = capacity;
        this.harts = machine.harts();
        this.memory = new GuestMemory(machine.ram());
    }

    /**
     * Begins to watch a machine that does not run: not started yet, or paused. Others may watch it as well.
     *
     * @param capacity how many accesses, and how many requests, are kept: the latest; above 0
     */
    public static DeviceWatch of(Machine machine, int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("accesses to keep: above 0, not " + capacity);
        }
        DeviceWatch watch = new DeviceWatch(machine, capacity);
        for (Hart hart : watch.harts) {
            hart.setObserver(hart.observer().and(watch.listener));
        }
        DeviceView.transports(machine).forEach((base, transport) -> {
            Requests requests = watch.new Requests(base, transport);
            watch.listeners.add(requests);
            transport.setObserver(transport.observer().and(requests));
        });
        return watch;
    }

    /** The accesses that are kept, the oldest first. Their registers are named as {@code devices} has them. */
    public synchronized List<DeviceAccess> accesses(List<DeviceView> devices) {
        List<DeviceAccess> named = new ArrayList<>();
        long first = accessCount - accesses.size();
        accesses.forEach(access -> named.add(new DeviceAccess(
                first + named.size(),
                access.hart,
                access.device,
                // Of a device and those behind it, the innermost.
                devices.stream()
                        .filter(device -> Long.compareUnsigned(access.address - device.base(), device.size()) < 0)
                        .min(Comparator.comparingLong(DeviceView::size))
                        .map(device -> device.registerAt(access.address - device.base()))
                        .orElse(""),
                access.address,
                access.size,
                access.write,
                access.value)));
        return List.copyOf(named);
    }

    /** The requests that are kept, the oldest first. */
    public synchronized List<SeenRequest> requests() {
        return requests.stream().map(Kept::seen).toList();
    }

    /** How many accesses there were since watching began. */
    public synchronized long accessesSeen() {
        return accessCount;
    }

    /** How many requests were taken since watching began. */
    public synchronized long requestsSeen() {
        return requestCount;
    }

    private synchronized void accessed(Access access) {
        if (accesses.size() == capacity) {
            accesses.removeFirst();
        }
        accesses.addLast(access);
        accessCount++;
    }

    private synchronized void taken(long base, VirtioTransport transport, int queue, int head) {
        List<VirtioState.Buffer> buffers = transport
                .controller()
                .taken(queue, head)
                .map(VirtioState.Taken::buffers)
                .orElseGet(List::of);
        Key key = new Key(base, queue, head);
        Kept kept = new Kept(requestCount++, key, transport, Excerpt.of(memory, buffers));
        if (requests.size() == capacity) {
            // One that was taken so long ago is not brought up to date.
            Kept oldest = requests.removeFirst();
            open.remove(oldest.key, oldest);
        }
        requests.addLast(kept);
        open.put(key, kept);
    }

    private synchronized void used(long base, int queue, int head, long written) {
        Kept kept = open.remove(new Key(base, queue, head));
        if (kept != null) {
            kept.stage = new Stage.Used(written);
            kept.excerpt = Excerpt.of(memory, kept.excerpt.buffers());
        }
    }

    /** Ends watching, while the machine does not run; what was seen can still be asked for. */
    @Override
    public void close() {
        harts.forEach(hart -> hart.setObserver(hart.observer().without(listener)));
        listeners.forEach(requests ->
                requests.transport.setObserver(requests.transport.observer().without(requests)));
    }

    /** Listens to a hart, on its thread. */
    private final class Accesses implements Observer {
        @Override
        public void deviceRead(int hart, String device, long address, int size, long value) {
            accessed(new Access(hart, device, address, size, false, value));
        }

        @Override
        public void deviceWritten(int hart, String device, long address, int size, long value) {
            accessed(new Access(hart, device, address, size, true, DeviceAccess.stored(value, size)));
        }
    }

    /** Listens to a virtio device, with the device lock held. */
    private final class Requests implements Observer {
        private final long base;
        private final VirtioTransport transport;

        Requests(long base, VirtioTransport transport) {
            this.base = base;
            this.transport = transport;
        }

        @Override
        public void virtqueueTaken(String device, int queue, int head, long readable, long writable) {
            taken(base, transport, queue, head);
        }

        @Override
        public void virtqueueUsed(String device, int queue, int head, long written) {
            used(base, queue, head, written);
        }
    }
}
