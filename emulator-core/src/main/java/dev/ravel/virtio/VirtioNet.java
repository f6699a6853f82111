package dev.ravel.virtio;

import dev.ravel.net.Frame;
import dev.ravel.net.MacAddress;
import dev.ravel.net.NetworkPort;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network device with one pair of queues (virtio 1.3, 5.1). Where the network makes and takes frames without checksums and large
 * ones, so does the device: TCP over IPv4 then goes in pieces of up to 64 KB. Frames from the network enter the guest at
 * instruction boundaries, and only as many as it has buffers for: the others wait at the {@link NetworkPort}.
 */
public final class VirtioNet implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.1.1). */
    public static final int DEVICE_ID = 1;

    /** Feature: the guest's frames may lack their checksum. */
    public static final int F_CSUM = 0;

    /** Feature: frames for the guest may lack their checksum. */
    public static final int F_GUEST_CSUM = 1;

    /** Feature: frames for the guest may be large, of TCP over IPv4. */
    public static final int F_GUEST_TSO4 = 7;

    /** Feature: the guest's frames may be large, of TCP over IPv4. */
    public static final int F_HOST_TSO4 = 11;

    /** Feature: the largest payload is stated. */
    public static final int F_MTU = 3;

    /** Feature: the device has an address. */
    public static final int F_MAC = 5;

    /** Feature: a frame may be put into several receive buffers. */
    public static final int F_MRG_RXBUF = 15;

    /** Feature: the state of the link is stated. */
    public static final int F_STATUS = 16;

    /** Queue of the buffers for frames from the network. */
    public static final int RECEIVE_QUEUE = PacketPump.RECEIVE_QUEUE;

    /** Queue of the guest's frames. */
    public static final int TRANSMIT_QUEUE = PacketPump.TRANSMIT_QUEUE;

    /** Bytes of a frame's payload. */
    public static final int MTU = 1500;

    private static final int QUEUE_SIZE = 256;
    private static final int STATUS_LINK_UP = 1;

    // struct virtio_net_config (virtio 1.3, 5.1.4).
    private static final ConfigurationField STATUS = ConfigurationField.le16(6);
    private static final ConfigurationField MAX_VIRTQUEUE_PAIRS = ConfigurationField.le16(8);
    private static final ConfigurationField MTU_FIELD = ConfigurationField.le16(10);

    /** Bytes of struct virtio_net_hdr (virtio 1.3, 5.1.6). */
    private static final int HEADER = 12;
    /** Of that of legacy drivers without {@link #F_MRG_RXBUF}: there is no {@code num_buffers}. */
    private static final int LEGACY_HEADER = 10;

    private static final int HDR_LEN = 2;
    private static final int GSO_SIZE = 4;
    private static final int CSUM_START = 6;
    private static final int CSUM_OFFSET = 8;
    private static final int NUM_BUFFERS = 10;
    private static final int HDR_F_NEEDS_CSUM = 1;
    private static final int GSO_NONE = 0;
    private static final int GSO_TCPV4 = 1;
    private static final int TCP_HEADER = 20;

    private final NetworkPort port;
    private final MacAddress address;
    private final PacketPump pump;
    /** A frame from the network for which the guest has no buffer. */
    private Optional<Frame> frame = Optional.empty();
    /** Buffers that were taken for it and are too small so far. */
    private final List<DescriptorChain> buffers = new ArrayList<>();

    /** A device of that address, which is no group's. */
    public VirtioNet(NetworkPort port, MacAddress address, EventQueue events) {
        if (address.isGroup()) {
            throw new IllegalArgumentException(address + " is the address of a group");
        }
        this.port = port;
        this.address = address;
        this.pump = new PacketPump(new Frames(), events);
        port.onChange(pump::request);
    }

    @Override
    public String name() {
        return "virtio-net";
    }

    @Override
    public String identity() {
        return name() + " with address " + address;
    }

    /** Who else is on the network, and what they know of the guest. */
    @Override
    public Optional<String> keptByHost() {
        return Optional.of("the network");
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        long offloads = 1L << F_CSUM | 1L << F_GUEST_CSUM | 1L << F_GUEST_TSO4 | 1L << F_HOST_TSO4;
        return 1L << F_MTU | 1L << F_MAC | 1L << F_MRG_RXBUF | 1L << F_STATUS | (port.offloads() ? offloads : 0);
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE, QUEUE_SIZE);
    }

    /** {@code struct virtio_net_config} (virtio 1.3, 5.1.4). */
    @Override
    public byte[] configuration() {
        ByteBuffer c = MTU_FIELD.spaceToEnd();
        c.put(0, address.toBytes());
        STATUS.put(c, STATUS_LINK_UP);
        MAX_VIRTQUEUE_PAIRS.put(c, 1);
        MTU_FIELD.put(c, MTU);
        return c.array();
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        allow(fresh);
        pump.start(fresh);
    }

    private void allow(VirtioSession current) {
        if (port.offloads()) {
            port.allowToGuest(current.accepted(F_GUEST_CSUM), current.accepted(F_GUEST_TSO4));
        }
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        pump.notified(current, queue);
    }

    private final class Frames implements PacketPump.Packets {
        @Override
        public boolean congested() {
            return port.congested();
        }

        @Override
        public int send(VirtioSession current, DescriptorChain chain) throws DriverFaultException {
            int header = headerSize(current);
            long length = chain.readableLength() - header;
            if (length < 0) {
                throw new DriverFaultException("a frame to send has no header of " + header + " bytes");
            }
            // One that is too short or too long is lost, as on a wire.
            if (length >= Frame.HEADER && length <= Frame.MAX_LARGE_SIZE) {
                byte[] start = new byte[header];
                chain.read(0, start, header);
                byte[] bytes = new byte[(int) length];
                chain.read(header, bytes, bytes.length);
                sent(current, ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN), bytes)
                        .ifPresent(port::send);
            }
            return Math.clamp(length, Frame.MAX_SIZE, Frame.MAX_LARGE_SIZE);
        }

        @Override
        public boolean isWaiting() {
            if (frame.isEmpty()) {
                frame = port.receive();
            }
            return frame.isPresent();
        }

        @Override
        public OptionalInt deliver(VirtioSession current) throws DriverFaultException {
            Frame received = frame.orElseThrow();
            if (!put(current, received)) {
                return OptionalInt.empty();
            }
            frame = Optional.empty();
            return OptionalInt.of(received.bytes().length);
        }

        @Override
        public void discard() {
            port.discard();
        }
    }

    /** A frame as its header says; empty if it asks for what was not agreed on, or makes no sense. */
    private static Optional<Frame> sent(VirtioSession current, ByteBuffer header, byte[] bytes) {
        boolean partial = current.accepted(F_CSUM) && (header.get(0) & HDR_F_NEEDS_CSUM) != 0;
        int checksumStart = partial ? header.getShort(CSUM_START) & 0xffff : 0;
        int checksumOffset = partial ? header.getShort(CSUM_OFFSET) & 0xffff : 0;
        boolean inside = !partial || checksumStart > 0 && checksumStart + checksumOffset + 2 <= bytes.length;
        int kind = current.accepted(F_HOST_TSO4) ? header.get(1) : GSO_NONE;
        int segmentSize = kind == GSO_TCPV4 ? header.getShort(GSO_SIZE) & 0xffff : 0;
        boolean fits = bytes.length <= Frame.MAX_SIZE || partial && segmentSize > 0;
        return inside && fits && (kind == GSO_NONE || segmentSize > 0)
                ? Optional.of(new Frame(bytes, checksumStart, checksumOffset, segmentSize))
                : Optional.empty();
    }

    /** Puts a frame into the guest's buffers, or loses it if that cannot be; false if there are no buffers yet. */
    private boolean put(VirtioSession current, Frame received) throws DriverFaultException {
        byte[] bytes = received.bytes();
        if (received.isPartial() && !current.accepted(F_GUEST_CSUM)
                || received.segmentSize() > 0 && !current.accepted(F_GUEST_TSO4)) {
            // It was made for the driver before this one.
            return true;
        }
        int header = headerSize(current);
        boolean mergeable = current.accepted(F_MRG_RXBUF);
        int needed = header + bytes.length;
        while (room() < needed && (mergeable || buffers.isEmpty())) {
            Optional<DescriptorChain> next = current.take(RECEIVE_QUEUE);
            if (next.isEmpty()) {
                return false;
            }
            if (next.get().writableLength() < header) {
                throw new DriverFaultException("a receive buffer has no room for a header of " + header + " bytes");
            }
            buffers.add(next.get());
        }
        if (room() < needed) {
            // The only buffer is too small (virtio 1.3, 5.1.6.3.1 forbids it): it stays for a shorter frame.
            return true;
        }
        ByteBuffer out = ByteBuffer.allocate(needed).order(ByteOrder.LITTLE_ENDIAN);
        if (header == HEADER) {
            out.putShort(NUM_BUFFERS, (short) buffers.size());
        }
        if (received.isPartial()) {
            out.put(0, (byte) HDR_F_NEEDS_CSUM);
            out.putShort(CSUM_START, (short) received.checksumStart());
            out.putShort(CSUM_OFFSET, (short) received.checksumOffset());
        }
        if (received.segmentSize() > 0) {
            out.put(1, (byte) GSO_TCPV4);
            out.putShort(HDR_LEN, (short) (received.checksumStart() + TCP_HEADER));
            out.putShort(GSO_SIZE, (short) received.segmentSize());
        }
        out.put(header, bytes);
        List<Ring.Used> used = new ArrayList<>();
        int done = 0;
        for (DescriptorChain chain : buffers) {
            int count = (int) Math.min(chain.writableLength(), needed - done);
            chain.write(0, Arrays.copyOfRange(out.array(), done, done + count), count);
            used.add(new Ring.Used(chain, count));
            done += count;
        }
        buffers.clear();
        // A driver that saw only some of them would take the frame for a damaged one (virtio 1.3, 5.1.6.4).
        current.give(RECEIVE_QUEUE, used);
        return true;
    }

    private long room() {
        return buffers.stream().mapToLong(DescriptorChain::writableLength).sum();
    }

    private static int headerSize(VirtioSession current) {
        return current.accepted(VirtioController.F_VERSION_1) || current.accepted(F_MRG_RXBUF) ? HEADER : LEGACY_HEADER;
    }

    /** What waits at the network was for a driver that is gone. */
    @Override
    public void reset() {
        pump.reset();
        frame = Optional.empty();
        buffers.clear();
        port.discard();
    }

    @Override
    public void prepareRestore() {
        pump.prepareRestore();
    }

    @Override
    public void save(StateWriter out) {
        ByteBuffer heads = ByteBuffer.allocate(buffers.size() * Integer.BYTES);
        buffers.forEach(chain -> heads.putInt(chain.head()));
        out.put("buffers", heads.array());
        // One that lacks something is lost: whoever sent it sends it again.
        out.put(
                "frame",
                frame.filter(kept -> !kept.isPartial() && kept.segmentSize() == 0)
                        .map(Frame::bytes)
                        .orElse(new byte[0]));
        out.put("blocked", pump.isBlocked() ? 1 : 0);
        out.put("stalled", pump.isStalled() ? 1 : 0);
        out.put("queued", pump.isRequested() ? 1 : 0);
    }

    /** What the network does is the host's: frames that wait there now come to the guest. */
    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        reset();
        if (restored.isEmpty()) {
            pump.restore(restored, false, false);
            return;
        }
        ByteBuffer heads = ByteBuffer.wrap(in.getBytes("buffers"));
        allow(restored.get());
        while (heads.remaining() >= Integer.BYTES) {
            buffers.add(restored.get().takeAgain(RECEIVE_QUEUE, heads.getInt()));
        }
        byte[] saved = in.getBytes("frame");
        if (saved.length > Frame.MAX_SIZE) {
            throw new IllegalArgumentException("the snapshot holds a frame of " + saved.length + " bytes");
        }
        frame = saved.length == 0 ? Optional.empty() : Optional.of(Frame.of(saved));
        pump.restore(restored, in.get("blocked") != 0, in.get("stalled") != 0);
        if (!pump.isBlocked() || in.get("queued") != 0) {
            pump.request();
        }
    }
}
