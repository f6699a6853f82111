package dev.ravel.virtio;

import dev.ravel.display.Screen;
import dev.ravel.display.Size;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A display in 2D mode with one head (virtio 1.3, 5.7). Commands of both queues are carried out one after the other, off the
 * harts' threads: what a command reads of guest memory, it reads before it is answered. What is shown is on the {@link #screen}.
 */
public final class VirtioGpu implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.7.1). */
    public static final int DEVICE_ID = 16;

    /** Feature: the display says what it is. */
    public static final int F_EDID = 1;

    /** Queue of commands. */
    public static final int CONTROL_QUEUE = 0;

    /** Queue of commands that move the pointer. */
    public static final int CURSOR_QUEUE = 1;

    /** Event: the display has another size. */
    static final int EVENT_DISPLAY = 1;

    // As in QEMU.
    private static final int CONTROL_QUEUE_SIZE = 64;
    private static final int CURSOR_QUEUE_SIZE = 16;

    /** Commands that are carried out at once; the others stay in the ring, so that copies of them stay bounded. */
    private static final int MAX_IN_FLIGHT = 16;

    // struct virtio_gpu_config (virtio 1.3, 5.7.4).
    private static final ConfigurationField EVENTS_READ = ConfigurationField.le32(0);
    private static final ConfigurationField EVENTS_CLEAR = ConfigurationField.le32(4);
    private static final ConfigurationField NUM_SCANOUTS = ConfigurationField.le32(8);
    private static final ConfigurationField NUM_CAPSETS = ConfigurationField.le32(12);

    private final Screen screen = new Screen();
    private final GpuRenderer renderer;
    private final Executor worker;
    private final EventQueue events;
    private final AnsweredRequests control;
    private final AnsweredRequests cursor;
    private int eventsRead;
    private Optional<VirtioSession> session = Optional.empty();

    /**
     * A display on which nothing is shown yet.
     *
     * @param worker carries out what it is given one after the other, in order; one that does so at once makes a
     *     deterministic machine
     * @param size what it would like to show
     */
    public VirtioGpu(GuestMemory memory, Executor worker, EventQueue events, Size size) {
        this.renderer = new GpuRenderer(memory, screen, size);
        this.worker = worker;
        this.events = events;
        this.control = new AnsweredRequests(
                "display",
                CONTROL_QUEUE,
                new AnsweredRequests.Limits(
                        MAX_IN_FLIGHT, GpuRenderer.MOST_REQUEST, GpuCommand.HEADER, GpuRenderer.EDID_SIZE),
                worker,
                events,
                renderer);
        this.cursor = new AnsweredRequests(
                "display's pointer",
                CURSOR_QUEUE,
                // Linux's driver wants no answer.
                new AnsweredRequests.Limits(MAX_IN_FLIGHT, GpuRenderer.MOST_REQUEST, 0, GpuRenderer.EDID_SIZE),
                worker,
                events,
                renderer);
    }

    /** What is shown. */
    public Screen screen() {
        return screen;
    }

    /** The size that the guest is told of. Any thread. */
    public Size size() {
        return renderer.size();
    }

    /** Tells the guest of another size; it uses that if it likes. Any thread. */
    public void setSize(Size wanted) {
        events.post(() -> {
            if (!renderer.size().equals(wanted)) {
                renderer.setSize(wanted);
                changedSize();
            }
        });
    }

    private void changedSize() {
        eventsRead |= EVENT_DISPLAY;
        session.ifPresent(VirtioSession::configurationChanged);
    }

    @Override
    public String name() {
        return "virtio-gpu";
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 1L << F_EDID;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(CONTROL_QUEUE_SIZE, CURSOR_QUEUE_SIZE);
    }

    /** {@code struct virtio_gpu_config} (virtio 1.3, 5.7.4). */
    @Override
    public byte[] configuration() {
        ByteBuffer c = NUM_CAPSETS.spaceToEnd();
        EVENTS_READ.put(c, eventsRead);
        NUM_SCANOUTS.put(c, GpuRenderer.SCANOUTS);
        return c.array();
    }

    /** A bit that is written to events_clear clears that of events_read. */
    @Override
    public void configure(int offset, int size, long value) {
        ByteBuffer written = ByteBuffer.allocate(NUM_CAPSETS.offset()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            if (EVENTS_CLEAR.contains(offset + i)) {
                written.put(offset + i, (byte) (value >>> 8 * i));
            }
        }
        eventsRead &= (int) ~EVENTS_CLEAR.get(written);
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        begin(fresh);
        notified(fresh, CONTROL_QUEUE);
        notified(fresh, CURSOR_QUEUE);
    }

    private void begin(VirtioSession fresh) {
        session = Optional.of(fresh);
        renderer.agreeOnEdid(fresh.accepted(F_EDID));
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        (queue == CONTROL_QUEUE ? control : cursor).serve(current);
    }

    @Override
    public void reset() {
        session = Optional.empty();
        eventsRead = 0;
        cursor.leaveBehind();
        control.leaveBehind(renderer::reset);
    }

    /** What was begun is finished first: a resource cannot be created a second time. */
    @Override
    public void save(StateWriter out) {
        out.put(
                "renderer",
                CompletableFuture.supplyAsync(renderer::save, worker).join());
        out.put("eventsRead", eventsRead);
        out.put("width", size().width());
        out.put("height", size().height());
        out.put("control", control.save());
        out.put("controlHeldUp", control.isHeldUp() ? 1 : 0);
        out.put("cursor", cursor.save());
        out.put("cursorHeldUp", cursor.isHeldUp() ? 1 : 0);
    }

    /** The size is the host's; the guest is told if it is another one than when the snapshot was taken. */
    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        session = Optional.empty();
        cursor.leaveBehind();
        byte[] saved = in.getBytes("renderer");
        control.leaveBehind(() -> renderer.restore(saved));
        eventsRead = (int) in.get("eventsRead");
        if (restored.isEmpty()) {
            return;
        }
        begin(restored.get());
        if (in.get("width") != size().width() || in.get("height") != size().height()) {
            changedSize();
        }
        control.restore(in.getBytes("control"), in.get("controlHeldUp") != 0, restored.get());
        cursor.restore(in.getBytes("cursor"), in.get("cursorHeldUp") != 0, restored.get());
    }
}
