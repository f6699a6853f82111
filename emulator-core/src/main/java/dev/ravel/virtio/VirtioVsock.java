package dev.ravel.virtio;

import dev.ravel.net.vsock.VsockPacket;
import dev.ravel.net.vsock.VsockPort;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.BoundaryWork;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * A socket device (virtio 1.3, 5.10): streams between programs of the guest and of the host. Packets from the host enter the guest
 * at instruction boundaries, and only as many as it has buffers for; the others wait at the {@link VsockPort}, which knows all
 * connections.
 */
public final class VirtioVsock implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.10.1). */
    public static final int DEVICE_ID = 19;

    /** Feature: streams. */
    public static final int F_STREAM = 0;

    /** Queue of the buffers for packets from the host. */
    public static final int RECEIVE_QUEUE = 0;

    /** Queue of the guest's packets. */
    public static final int TRANSMIT_QUEUE = 1;

    /** Queue of the buffers for events. */
    public static final int EVENT_QUEUE = 2;

    private static final int QUEUE_SIZE = 128;

    /** Bytes of a packet's payload, at most: no more is ever granted to the guest at once. */
    private static final int LARGEST_PAYLOAD = 1 << 16;

    /** Bytes that go one way at one instruction boundary, about. */
    private static final int BATCH = 1 << 17;

    // struct virtio_vsock_config (virtio 1.3, 5.10.4).
    private static final ConfigurationField GUEST_CID = ConfigurationField.le64(0);

    /** {@code struct virtio_vsock_event} of VIRTIO_VSOCK_EVENT_TRANSPORT_RESET, whose number is 0 (5.10.6.7). */
    private static final byte[] TRANSPORT_RESET = new byte[4];

    private final VsockPort port;
    private final long cid;
    private final BoundaryWork moving;
    private Optional<VirtioSession> session = Optional.empty();
    /** What is left of a packet for which the guest has no buffer. */
    private Optional<VsockPacket> packet = Optional.empty();
    /** Receiving ended for want of buffers. */
    private boolean blocked;
    /** Sending ended before the driver's packets did: because of the host, or because it was enough at once. */
    private boolean stalled;
    /** The driver is to be told that its connections are gone, as soon as it has a buffer for that. */
    private boolean transportReset;
    /** Nothing is to be taken from the host before {@link #restore}. */
    private boolean held;

    /**
     * A device of that address.
     *
     * @param cid the guest's, 3 to 2^32-2
     */
    public VirtioVsock(VsockPort port, long cid, EventQueue events) {
        this.port = port;
        this.cid = cid;
        this.moving = new BoundaryWork(events, this::move);
        port.onChange(moving::request);
    }

    @Override
    public String name() {
        return "virtio-vsock";
    }

    /** The programs of the host that are connected. */
    @Override
    public Optional<String> keptByHost() {
        return Optional.of("the sockets (vsock)");
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 1L << F_STREAM;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE, QUEUE_SIZE, QUEUE_SIZE);
    }

    @Override
    public byte[] configuration() {
        ByteBuffer c = GUEST_CID.spaceToEnd();
        GUEST_CID.put(c, cid);
        return c.array();
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        session = Optional.of(fresh);
        port.start();
        transmit(fresh);
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        switch (queue) {
            case TRANSMIT_QUEUE -> transmit(current);
            case RECEIVE_QUEUE -> {
                if (blocked) {
                    blocked = false;
                    moving.request();
                }
            }
            default -> tellOfReset(current);
        }
    }

    /** Moves what can be moved; what changes meanwhile has this called again. */
    private void move() {
        if (held || session.isEmpty()) {
            return;
        }
        VirtioSession current = session.get();
        current.run(() -> {
            if (stalled) {
                transmit(current);
            }
            receive(current);
        });
    }

    private void transmit(VirtioSession current) throws DriverFaultException {
        int batch = BATCH;
        stalled = true;
        while (!port.congested()) {
            if (batch <= 0) {
                moving.request();
                break;
            }
            Optional<DescriptorChain> next = current.take(TRANSMIT_QUEUE);
            if (next.isEmpty()) {
                stalled = false;
                break;
            }
            DescriptorChain chain = next.get();
            VsockPacket sent = sent(chain);
            port.send(sent);
            batch -= VsockPacket.HEADER + sent.payload().length;
            current.give(TRANSMIT_QUEUE, chain, 0);
        }
        current.interrupt(TRANSMIT_QUEUE);
    }

    private static VsockPacket sent(DescriptorChain chain) throws DriverFaultException {
        byte[] header = new byte[VsockPacket.HEADER];
        chain.read(0, header, header.length);
        ByteBuffer h = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        long length = VsockPacket.payloadLength(h);
        if (length > LARGEST_PAYLOAD) {
            throw new DriverFaultException("a packet of " + length + " bytes is larger than any credit");
        }
        byte[] payload = new byte[(int) length];
        chain.read(VsockPacket.HEADER, payload, payload.length);
        return VsockPacket.of(h, payload);
    }

    private void receive(VirtioSession current) throws DriverFaultException {
        int batch = BATCH;
        blocked = false;
        while (true) {
            if (batch <= 0) {
                moving.request();
                break;
            }
            if (packet.isEmpty()) {
                packet = port.receive();
            }
            if (packet.isEmpty()) {
                break;
            }
            Optional<DescriptorChain> buffer = current.take(RECEIVE_QUEUE);
            if (buffer.isEmpty()) {
                blocked = true;
                break;
            }
            batch -= deliver(current, packet.get(), buffer.get());
        }
        current.interrupt(RECEIVE_QUEUE);
    }

    /** Puts as much of a packet into a buffer as goes in; returns the bytes that the driver gets. */
    private int deliver(VirtioSession current, VsockPacket whole, DescriptorChain buffer) throws DriverFaultException {
        int length = whole.payload().length;
        long room = buffer.writableLength() - VsockPacket.HEADER;
        if (room < Math.min(length, 1)) {
            throw new DriverFaultException(
                    "a receive buffer of " + buffer.writableLength() + " bytes has no room for a packet");
        }
        int count = (int) Math.min(room, length);
        byte[] bytes = whole.part(0, count).toBytes();
        buffer.write(0, bytes, bytes.length);
        current.give(RECEIVE_QUEUE, buffer, bytes.length);
        packet = count == length ? Optional.empty() : Optional.of(whole.part(count, length));
        return bytes.length;
    }

    /** The driver then closes all its connections, and looks at its address again (virtio 1.3, 5.10.6.7). */
    private void tellOfReset(VirtioSession current) throws DriverFaultException {
        if (!transportReset) {
            return;
        }
        Optional<DescriptorChain> buffer = current.take(EVENT_QUEUE);
        if (buffer.isPresent()) {
            transportReset = false;
            buffer.get().write(0, TRANSPORT_RESET, TRANSPORT_RESET.length);
            current.give(EVENT_QUEUE, buffer.get(), TRANSPORT_RESET.length);
            current.interrupt(EVENT_QUEUE);
        }
    }

    /** All connections end. */
    @Override
    public void reset() {
        session = Optional.empty();
        packet = Optional.empty();
        blocked = false;
        stalled = false;
        transportReset = false;
        port.reset();
    }

    @Override
    public void prepareRestore() {
        held = true;
    }

    /** What is under way is of connections that a restored machine has not. */
    @Override
    public void save(StateWriter out) {
        out.put("stalled", stalled ? 1 : 0);
    }

    /** The host's ends of the connections are gone: the driver is told so. */
    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        reset();
        held = false;
        session = restored;
        if (restored.isPresent()) {
            transportReset = true;
            tellOfReset(restored.get());
            port.start();
            stalled = in.get("stalled") != 0;
            moving.request();
        }
    }
}
