package dev.ravel.virtio;

import dev.ravel.observe.Observer;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What every transport does alike: the device status (virtio 1.3, 2.1), features (2.2), queues, and the device's
 * failure. A transport gives it registers and interrupts.
 */
public final class VirtioController {
    /** Status: the driver found the device. */
    public static final int ACKNOWLEDGE = 1;

    /** Status: the driver knows how to drive it. */
    public static final int DRIVER = 2;

    /** Status: the driver is ready. */
    public static final int DRIVER_OK = 4;

    /** Status: features are agreed on. */
    public static final int FEATURES_OK = 8;

    /** Status, set by the device: something went wrong that only a reset mends. */
    public static final int DEVICE_NEEDS_RESET = 64;

    /** Status: the driver gave up. */
    public static final int FAILED = 128;

    /** Feature: indirect descriptors (virtio 1.3, 2.7.5.3). */
    public static final int F_INDIRECT_DESC = 28;

    /** Feature: event indices (virtio 1.3, 2.7.7). */
    public static final int F_EVENT_IDX = 29;

    /**
     * Feature: not a legacy driver. Not required, though a driver that follows the specification accepts it (virtio 1.3,
     * 6.1): small kernels do not, and QEMU lets them be.
     */
    public static final int F_VERSION_1 = 32;

    /** Feature: packed rings (virtio 1.3, 2.8). */
    public static final int F_RING_PACKED = 34;

    private static final Logger LOG = System.getLogger(VirtioController.class.getName());
    /** A guest can break a device as often as it likes; the log is told this often. */
    private static final int MAX_REPORTS = 4;

    private static final long LOW_WORD = 0xffff_ffffL;

    private final VirtioDevice device;
    private final Interrupts interrupts;
    private final List<Virtqueue> queues = new ArrayList<>();
    private Observer observer = Observer.NONE;
    private Optional<VirtioSession> session = Optional.empty();
    private Optional<String> fault = Optional.empty();
    private int status;
    private long driverFeatures;
    /** The driver wanted a feature of bit 64 or higher; none is offered. */
    private boolean unknownFeatures;

    private int generation;
    private int reports;

    /** How a transport tells the driver something. */
    public interface Interrupts {
        /** Requests of a queue were given back. */
        void usedBuffers(int queue);

        /** The configuration space or the device status changed. */
        void configurationChanged();
    }

    /** A device that no driver found yet. */
    public VirtioController(VirtioDevice device, GuestMemory memory, Interrupts interrupts) {
        this.device = device;
        this.interrupts = interrupts;
        for (int size : device.queueSizes()) {
            queues.add(new Virtqueue(memory, size));
        }
    }

    /** The device. */
    public VirtioDevice device() {
        return device;
    }

    /** Sets who watches the queues. */
    public void setObserver(Observer observer) {
        this.observer = observer;
    }

    Observer observer() {
        return observer;
    }

    Interrupts interrupts() {
        return interrupts;
    }

    /** How many queues there are. */
    public int queueCount() {
        return queues.size();
    }

    /** A queue, 0 to {@link #queueCount} less one. */
    Virtqueue queue(int index) {
        return queues.get(index);
    }

    /** Every feature that is offered. */
    public long offeredFeatures() {
        return device.features() | 1L << F_INDIRECT_DESC | 1L << F_EVENT_IDX | 1L << F_VERSION_1 | 1L << F_RING_PACKED;
    }

    /**
     * The driver says which features it wants; means nothing once they are agreed on.
     *
     * @param select which 32 features: 0 for bits 0 to 31
     * @param word those that it wants, 0 to 2^32-1
     */
    public void acceptFeatures(int select, long word) {
        if ((status & FEATURES_OK) != 0) {
            return;
        }
        switch (select) {
            case 0 -> driverFeatures = driverFeatures & ~LOW_WORD | word;
            case 1 -> driverFeatures = driverFeatures & LOW_WORD | word << 32;
            default -> unknownFeatures |= word != 0;
        }
    }

    /** The features that the driver wants, agreed on or not. */
    long driverFeatures() {
        return driverFeatures;
    }

    /** All that can be seen from outside; {@code interruptStatus} is the transport's. */
    VirtioState state(int interruptStatus) {
        return new VirtioState(
                device.deviceId(),
                status,
                offeredFeatures(),
                driverFeatures,
                interruptStatus,
                fault,
                queues.stream().map(Virtqueue::state).toList());
    }

    /** A request that the device has, by the driver's name for it, as whoever looks from outside sees it. */
    public Optional<VirtioState.Taken> taken(int queue, int head) {
        return queue(queue).taken(head);
    }

    /** The device status. */
    public int status() {
        return status;
    }

    /** The driver wrote the device status; 0 resets the device. */
    public void setStatus(int value) {
        if (value == 0) {
            reset();
            return;
        }
        int wanted = value & (ACKNOWLEDGE | DRIVER | DRIVER_OK | FEATURES_OK | FAILED);
        int before = status;
        if ((wanted & ~before & FEATURES_OK) != 0 && !featuresAcceptable()) {
            wanted &= ~FEATURES_OK;
        }
        if ((wanted & FEATURES_OK) == 0) {
            wanted &= ~DRIVER_OK;
        }
        // The driver takes no bit back other than by a reset.
        status = before | wanted;
        if ((status & ~before & FEATURES_OK) != 0) {
            for (Virtqueue queue : queues) {
                applyFeatures(queue);
                if (queue.isReady()) {
                    // Set up too early, by the rules, and nothing was taken from it: it starts anew as agreed now.
                    enable(queue);
                }
            }
        }
        if ((status & ~before & DRIVER_OK) != 0 && (status & DEVICE_NEEDS_RESET) == 0) {
            VirtioSession fresh = new VirtioSession(this, driverFeatures);
            session = Optional.of(fresh);
            fresh.run(() -> device.start(fresh));
        }
    }

    private boolean featuresAcceptable() {
        return (driverFeatures & ~offeredFeatures()) == 0 && !unknownFeatures;
    }

    private boolean accepted(int feature) {
        return (driverFeatures >>> feature & 1) != 0;
    }

    private void applyFeatures(Virtqueue queue) {
        queue.negotiated(accepted(F_RING_PACKED), accepted(F_INDIRECT_DESC), accepted(F_EVENT_IDX));
    }

    /** The driver has set a queue up; one that cannot be breaks the device. */
    void enable(Virtqueue queue) {
        try {
            queue.enable();
        } catch (DriverFaultException e) {
            fail(e.getMessage());
        }
    }

    /** The driver made requests available; means nothing unless driver and queue are ready. */
    public void notified(int index) {
        if (index < queues.size() && queues.get(index).isReady()) {
            session.ifPresent(s -> s.run(() -> device.notified(s, index)));
        }
    }

    /**
     * Reads the configuration space.
     *
     * @param size bytes: 1, 2, 4 or 8
     */
    public long readConfiguration(long offset, int size) {
        byte[] bytes = device.configuration();
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | (offset + i < bytes.length ? bytes[(int) offset + i] & 0xff : 0);
        }
        return value;
    }

    /** Changes whenever the configuration space does. */
    public int generation() {
        return generation;
    }

    void configurationChanged() {
        generation = generation + 1 & 0xff;
        interrupts.configurationChanged();
    }

    /** Why the device needs a reset; empty if it does not. */
    public Optional<String> fault() {
        return fault;
    }

    /** The driver broke a rule: the device stops until it is reset. */
    void fail(String reason) {
        if (fault.isPresent()) {
            return;
        }
        fault = Optional.of(reason);
        status |= DEVICE_NEEDS_RESET;
        endSession();
        if (++reports <= MAX_REPORTS) {
            LOG.log(
                    Level.WARNING,
                    "{0}: the guest''s driver made a mistake, the device needs a reset: {1}{2}",
                    device.name(),
                    reason,
                    reports == MAX_REPORTS ? " (further mistakes are not reported)" : "");
        }
        if ((status & DRIVER_OK) != 0) {
            configurationChanged();
        }
    }

    private void endSession() {
        session.ifPresent(VirtioSession::end);
        session = Optional.empty();
    }

    /** Returns to the state after power-on. */
    public void reset() {
        endSession();
        status = 0;
        driverFeatures = 0;
        unknownFeatures = false;
        fault = Optional.empty();
        queues.forEach(Virtqueue::reset);
        device.reset();
    }

    /** Writes everything but the transport's registers. */
    void save(StateWriter out) {
        out.put("status", status);
        out.put("driverFeatures", driverFeatures);
        out.put("unknownFeatures", unknownFeatures ? 1 : 0);
        out.put("generation", generation);
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).save(out.section("queue" + i));
        }
        device.save(out.section("device"));
    }

    /** Reads back what {@link #save} wrote. */
    void restore(StateReader in) {
        endSession();
        status = (int) in.get("status");
        driverFeatures = in.get("driverFeatures");
        unknownFeatures = in.get("unknownFeatures") != 0;
        generation = (int) in.get("generation");
        fault = (status & DEVICE_NEEDS_RESET) != 0 ? Optional.of("as when the snapshot was taken") : Optional.empty();
        for (int i = 0; i < queues.size(); i++) {
            if ((status & FEATURES_OK) != 0) {
                applyFeatures(queues.get(i));
            } else {
                queues.get(i).negotiated(false, false, false);
            }
            queues.get(i).restore(in.section("queue" + i));
        }
        if ((status & DRIVER_OK) != 0 && fault.isEmpty()) {
            session = Optional.of(new VirtioSession(this, driverFeatures));
        }
        try {
            device.restore(in.section("device"), session);
        } catch (DriverFaultException e) {
            fail(e.getMessage());
        }
    }
}
