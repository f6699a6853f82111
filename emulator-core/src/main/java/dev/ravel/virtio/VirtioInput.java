package dev.ravel.virtio;

import dev.ravel.input.InputEvent;
import dev.ravel.input.InputKind;
import dev.ravel.input.InputQueue;
import dev.ravel.input.InputSink;
import dev.ravel.input.Led;
import dev.ravel.input.Pointer;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.BoundaryWork;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An input device (virtio 1.3, 5.8). What a person does enters the guest at instruction boundaries, an update as a whole
 * once the guest has buffers for all of it.
 */
public final class VirtioInput implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.8.1). */
    public static final int DEVICE_ID = 18;

    /** Queue of the buffers for events. */
    public static final int EVENT_QUEUE = 0;

    /** Queue of the guest's events: lamps. */
    public static final int STATUS_QUEUE = 1;

    /** Bytes of {@code struct virtio_input_event}: type, code, value. */
    public static final int EVENT_SIZE = 8;

    // enum virtio_input_config_select.
    static final int CFG_ID_NAME = 0x01;
    static final int CFG_ID_SERIAL = 0x02;
    static final int CFG_ID_DEVIDS = 0x03;
    static final int CFG_PROP_BITS = 0x10;
    static final int CFG_EV_BITS = 0x11;
    static final int CFG_ABS_INFO = 0x12;

    // struct virtio_input_config (virtio 1.3, 5.8.4).
    private static final ConfigurationField SELECT = ConfigurationField.u8(0);
    private static final ConfigurationField SUBSEL = ConfigurationField.u8(1);
    private static final ConfigurationField SIZE = ConfigurationField.u8(2);
    private static final int ANSWER = 8;
    private static final int MOST_ANSWER = 128;

    private static final int BUS_VIRTUAL = 0x06;
    private static final int QEMU = 0x0627;
    private static final int VERSION = 1;

    /** As in QEMU's devices. */
    private static final int QUEUE_SIZE = 64;

    private final InputKind kind;
    private final InputQueue input;
    private final BoundaryWork moving;
    private int select;
    private int subsel;
    private Optional<VirtioSession> session = Optional.empty();
    /** Buffers that were taken for an update which needs more. */
    private final List<DescriptorChain> buffers = new ArrayList<>();
    /** Nothing is to be taken from the host before {@link #restore}. */
    private boolean held;

    private volatile Set<Led> leds = Set.of();

    /** A device of that kind at which nobody is yet. */
    public VirtioInput(InputKind kind, EventQueue events) {
        this.kind = kind;
        this.moving = new BoundaryWork(events, this::move);
        this.input = new InputQueue(moving::request);
    }

    /** What it is. */
    public InputKind kind() {
        return kind;
    }

    /** Where what a person does comes in. */
    public InputSink sink() {
        return input;
    }

    /** The lamps that the guest has on. Any thread. */
    public Set<Led> leds() {
        return leds;
    }

    @Override
    public String name() {
        return "virtio-input";
    }

    @Override
    public String identity() {
        return name() + " " + kind.label();
    }

    /** What a person did is not done again. */
    @Override
    public Optional<String> keptByHost() {
        return Optional.of("what is done at the " + kind.label());
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE, QUEUE_SIZE);
    }

    /** {@code struct virtio_input_config} (virtio 1.3, 5.8.4) with the answer to what is selected. */
    @Override
    public byte[] configuration() {
        ByteBuffer space = ByteBuffer.allocate(ANSWER + MOST_ANSWER);
        byte[] answer = answer();
        SELECT.put(space, select);
        SUBSEL.put(space, subsel);
        SIZE.put(space, answer.length);
        return space.put(ANSWER, answer).array();
    }

    private byte[] answer() {
        if (select == CFG_EV_BITS) {
            return kind.codes(subsel).toByteArray();
        }
        if (select == CFG_ABS_INFO) {
            return kind.codes(InputEvent.EV_ABS).get(subsel) ? axis() : new byte[0];
        }
        if (subsel != 0) {
            return new byte[0];
        }
        return switch (select) {
            case CFG_ID_NAME -> kind.label().getBytes(StandardCharsets.US_ASCII);
            case CFG_ID_SERIAL -> "0".getBytes(StandardCharsets.US_ASCII);
            case CFG_ID_DEVIDS ->
                little(4 * Short.BYTES)
                        .putShort((short) BUS_VIRTUAL)
                        .putShort((short) QEMU)
                        .putShort((short) kind.product())
                        .putShort((short) VERSION)
                        .array();
            // No property of INPUT_PROP_* is any kind's.
            default -> new byte[0];
        };
    }

    /** {@code struct virtio_input_absinfo}: without fuzz, flat and resolution. */
    private static byte[] axis() {
        return little(5 * Integer.BYTES).putInt(0).putInt(Pointer.MAX).array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The driver selects what it asks for; the rest is the device's. */
    @Override
    public void configure(int offset, int size, long value) {
        for (int i = 0; i < size; i++) {
            int byteValue = (int) (value >>> 8 * i) & 0xff;
            if (SELECT.contains(offset + i)) {
                select = byteValue;
            } else if (SUBSEL.contains(offset + i)) {
                subsel = byteValue;
            }
        }
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        session = Optional.of(fresh);
        // What was done before was done at another guest.
        input.discard();
        notified(fresh, STATUS_QUEUE);
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        if (queue == EVENT_QUEUE) {
            deliver(current);
        } else {
            takeStatus(current);
        }
    }

    private void takeStatus(VirtioSession current) throws DriverFaultException {
        for (Optional<DescriptorChain> next = current.take(STATUS_QUEUE);
                next.isPresent();
                next = current.take(STATUS_QUEUE)) {
            byte[] bytes = new byte[EVENT_SIZE];
            next.get().read(0, bytes, EVENT_SIZE);
            ByteBuffer event = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (event.getShort(0) == InputEvent.EV_LED) {
                int value = event.getInt(4);
                Led.of(event.getShort(2)).ifPresent(led -> light(led, value != 0));
            }
            current.give(STATUS_QUEUE, next.get(), 0);
        }
        current.interrupt(STATUS_QUEUE);
    }

    private void light(Led led, boolean on) {
        Set<Led> next = EnumSet.noneOf(Led.class);
        next.addAll(leds);
        if (on && kind.codes(InputEvent.EV_LED).get(led.code())) {
            next.add(led);
        } else {
            next.remove(led);
        }
        leds = Set.copyOf(next);
    }

    /** Moves what can be moved; what changes meanwhile has this called again. */
    private void move() {
        if (held) {
            return;
        }
        if (session.isEmpty()) {
            input.discard();
        } else {
            session.get().run(() -> deliver(session.get()));
        }
    }

    private void deliver(VirtioSession current) throws DriverFaultException {
        for (Optional<List<InputEvent>> next = input.next(); next.isPresent(); next = input.next()) {
            List<InputEvent> update = next.get();
            if (!haveBuffers(current, update.size() + 1)) {
                // The driver will notify the device of those that it adds.
                break;
            }
            List<Ring.Used> used = new ArrayList<>();
            for (InputEvent event : update) {
                used.add(put(event));
            }
            used.add(put(InputEvent.REPORT));
            current.give(EVENT_QUEUE, used);
            input.remove(update);
        }
        current.interrupt(EVENT_QUEUE);
    }

    private boolean haveBuffers(VirtioSession current, int count) throws DriverFaultException {
        while (buffers.size() < count) {
            Optional<DescriptorChain> next = current.take(EVENT_QUEUE);
            if (next.isEmpty()) {
                return false;
            }
            if (next.get().writableLength() < EVENT_SIZE) {
                throw new DriverFaultException(
                        "a buffer for an event has room for " + next.get().writableLength() + " bytes");
            }
            buffers.add(next.get());
        }
        return true;
    }

    private Ring.Used put(InputEvent event) throws DriverFaultException {
        DescriptorChain buffer = buffers.removeFirst();
        byte[] bytes = little(EVENT_SIZE)
                .putShort((short) event.type())
                .putShort((short) event.code())
                .putInt(event.value())
                .array();
        buffer.write(0, bytes, EVENT_SIZE);
        return new Ring.Used(buffer, EVENT_SIZE);
    }

    @Override
    public void reset() {
        session = Optional.empty();
        buffers.clear();
        select = 0;
        subsel = 0;
        leds = Set.of();
        input.discard();
    }

    @Override
    public void prepareRestore() {
        held = true;
    }

    @Override
    public void save(StateWriter out) {
        out.put("select", select);
        out.put("subsel", subsel);
        ByteBuffer heads = ByteBuffer.allocate(buffers.size() * Integer.BYTES);
        buffers.forEach(chain -> heads.putInt(chain.head()));
        out.put("buffers", heads.array());
        out.put("down", input.told().toByteArray());
        int lit = 0;
        for (Led led : leds) {
            lit |= 1 << led.code();
        }
        out.put("leds", lit);
    }

    /** What waits is the host's, and was done at what is no more. Keys that nobody holds now come up. */
    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        reset();
        held = false;
        select = (int) in.get("select") & 0xff;
        subsel = (int) in.get("subsel") & 0xff;
        long lit = in.get("leds");
        for (Led led : Led.values()) {
            light(led, (lit >>> led.code() & 1) != 0);
        }
        session = restored;
        if (restored.isPresent()) {
            ByteBuffer heads = ByteBuffer.wrap(in.getBytes("buffers"));
            while (heads.remaining() >= Integer.BYTES) {
                buffers.add(restored.get().takeAgain(EVENT_QUEUE, heads.getInt()));
            }
            input.restore(BitSet.valueOf(in.getBytes("down")));
            moving.request();
        }
    }
}
