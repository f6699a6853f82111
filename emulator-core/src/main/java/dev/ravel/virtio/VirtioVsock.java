package dev.ravel.virtio;

import dev.ravel.net.vsock.VsockPacket;
import dev.ravel.net.vsock.VsockPort;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
    public static final int RECEIVE_QUEUE = PacketPump.RECEIVE_QUEUE;

    /** Queue of the guest's packets. */
    public static final int TRANSMIT_QUEUE = PacketPump.TRANSMIT_QUEUE;

    /** Queue of the buffers for events. */
    public static final int EVENT_QUEUE = 2;

    private static final int QUEUE_SIZE = 128;

    /** Bytes of a packet's payload, at most: no more is ever granted to the guest at once. */
    private static final int LARGEST_PAYLOAD = 1 << 16;

    // struct virtio_vsock_config (virtio 1.3, 5.10.4).
    private static final ConfigurationField GUEST_CID = ConfigurationField.le64(0);

    /** {@code struct virtio_vsock_event} of VIRTIO_VSOCK_EVENT_TRANSPORT_RESET, whose number is 0 (5.10.6.7). */
    private static final byte[] TRANSPORT_RESET = new byte[4];

    private final VsockPort port;
    private final long cid;
    private final PacketPump pump;
    /** What is left of a packet for which the guest has no buffer. */
    private Optional<VsockPacket> packet = Optional.empty();
    /** The driver is to be told that its connections are gone, as soon as it has a buffer for that. */
    private boolean transportReset;

    /**
     * A device of that address.
     *
     * @param cid the guest's, 3 to 2^32-2
     */
    public VirtioVsock(VsockPort port, long cid, EventQueue events) {
        this.port = port;
        this.cid = cid;
        this.pump = new PacketPump(new Streams(), events);
        port.onChange(pump::request);
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
        port.start();
        pump.start(fresh);
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        if (queue == EVENT_QUEUE) {
            tellOfReset(current);
        } else {
            pump.notified(current, queue);
        }
    }

    private final class Streams implements PacketPump.Packets {
        @Override
        public boolean congested() {
            return port.congested();
        }

        @Override
        public int send(VirtioSession current, DescriptorChain chain) throws DriverFaultException {
            VsockPacket sent = sent(chain);
            port.send(sent);
            return VsockPacket.HEADER + sent.payload().length;
        }

        @Override
        public boolean isWaiting() {
            if (packet.isEmpty()) {
                packet = port.receive();
            }
            return packet.isPresent();
        }

        @Override
        public OptionalInt deliver(VirtioSession current) throws DriverFaultException {
            Optional<DescriptorChain> buffer = current.take(RECEIVE_QUEUE);
            return buffer.isEmpty()
                    ? OptionalInt.empty()
                    : OptionalInt.of(put(current, packet.orElseThrow(), buffer.get()));
        }

        /** The port has none then. */
        @Override
        public void discard() {}
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

    /** Puts as much of a packet into a buffer as goes in; returns the bytes that the driver gets. */
    private int put(VirtioSession current, VsockPacket whole, DescriptorChain buffer) throws DriverFaultException {
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
        pump.reset();
        packet = Optional.empty();
        transportReset = false;
        port.reset();
    }

    @Override
    public void prepareRestore() {
        pump.prepareRestore();
    }

    /** What is under way is of connections that a restored machine has not. */
    @Override
    public void save(StateWriter out) {
        out.put("stalled", pump.isStalled() ? 1 : 0);
    }

    /** The host's ends of the connections are gone: the driver is told so. */
    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        reset();
        pump.restore(restored, false, restored.isPresent() && in.get("stalled") != 0);
        if (restored.isPresent()) {
            transportReset = true;
            tellOfReset(restored.get());
            port.start();
            pump.request();
        }
    }
}
