package dev.ravel.inspect.device;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.machine.Machine;
import dev.ravel.observe.Observer;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioState;
import dev.ravel.virtio.VirtioTransport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final Map<Long, Access> accesses;
    private final Map<Long, SeenRequest> requests;
    /** Requests that devices have, by the device's place, queue and head. */
    private final Map<Key, Open> open = new HashMap<>();

    private long accessCount;
    private long requestCount;

    private record Access(int hart, String device, long address, int size, boolean write, long value) {}

    private record Key(long base, int queue, int head) {}

    private record Open(long sequence, int deviceId, List<VirtioState.Buffer> buffers) {}

    /** The latest ones, so many at most. */
    private static final class Latest<T> extends LinkedHashMap<Long, T> {
        private static final long serialVersionUID = 1;
        private final int most;

        Latest(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, T> eldest) {
            return size() > most;
        }
    }

    private DeviceWatch(Machine machine, int capacity) {
        this.capacity = capacity;
        this.harts = machine.harts();
        this.memory = new GuestMemory(machine.ram());
        this.accesses = new Latest<>(capacity);
        this.requests = new Latest<>(capacity);
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
        accesses.forEach((sequence, access) -> named.add(new DeviceAccess(
                sequence,
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
        return List.copyOf(requests.values());
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
        accesses.put(accessCount++, access);
    }

    private synchronized void taken(long base, VirtioTransport transport, int queue, int head) {
        VirtioState state = transport.state();
        long sequence = requestCount++;
        Optional<VirtioState.Taken> request = state.queues()
                .get(queue)
                .place()
                .flatMap(place ->
                        place.taken().stream().filter(one -> one.head() == head).findFirst());
        List<VirtioState.Buffer> buffers =
                request.map(VirtioState.Taken::buffers).orElseGet(List::of);
        Open known = new Open(sequence, state.deviceId(), buffers);
        if (open.size() >= capacity) {
            // Of those that were taken long ago nothing is kept that could be brought up to date.
            open.values().removeIf(old -> !requests.containsKey(old.sequence));
        }
        open.put(new Key(base, queue, head), known);
        put(base, transport, queue, head, known, new Stage.Taken());
    }

    private synchronized void used(long base, VirtioTransport transport, int queue, int head, long written) {
        Open known = open.remove(new Key(base, queue, head));
        if (known != null && requests.containsKey(known.sequence)) {
            put(base, transport, queue, head, known, new Stage.Used(written));
        }
    }

    private void put(long base, VirtioTransport transport, int queue, int head, Open known, Stage stage) {
        requests.put(
                known.sequence,
                new SeenRequest(
                        known.sequence,
                        transport.name(),
                        base,
                        queue,
                        RequestReader.purpose(known.deviceId, queue),
                        RequestReader.request(
                                memory, known.deviceId, queue, head, stage, known.buffers, Optional.empty())));
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
            used(base, transport, queue, head, written);
        }
    }
}
