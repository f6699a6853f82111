package dev.ravel.net.user;

import dev.ravel.net.Checksum;
import dev.ravel.net.Frame;
import dev.ravel.net.MacAddress;
import dev.ravel.net.tcp.TcpSegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The other end of the guest's wire: a gateway at 10.0.2.2 and a DNS resolver at 10.0.2.3, which answer ARP and echo
 * requests, and hand UDP and TCP on to the outside. What is damaged, comes from where no guest can be, or is of no kind that is
 * known here is dropped. Used by one thread.
 */
final class Gateway {
    // ARP (RFC 826).
    private static final int ARP_SIZE = 28;
    private static final long ARP_IPV4_ON_ETHERNET = 0x0001_0800_0604L;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;
    private static final int ARP_SENDER_ADDRESS = 14;
    private static final int ARP_TARGET_ADDRESS = 24;

    // ICMP (RFC 792).
    private static final int ICMP_HEADER = 8;
    private static final int ECHO_REPLY = 0;
    private static final int UNREACHABLE = 3;
    private static final int ECHO = 8;
    /** Bytes that an error repeats of what follows the packet's header. */
    private static final int REPEATED = 8;

    private static final int MTU = 1500;
    /** The most bytes of a packet. */
    private static final int LARGEST = 65_535;
    /** There are no more addresses on the network. */
    private static final int ADDRESSES = 256;

    /** Packets for an address that is asked for. */
    private static final int MAX_WAITING = 16;

    private final Consumer<Frame> toGuest;
    private final Outside outside;
    /** Where the guest's addresses are on the wire, by their last byte; those that are not known are everybody. */
    private final MacAddress[] neighbours = new MacAddress[ADDRESSES];

    /** The newest packets for each address that is asked for (RFC 1122, 2.3.2.2). */
    private final Map<Integer, Deque<Ipv4Packet>> waiting = new TreeMap<>();

    private int identification;

    /** Why a packet did not arrive (RFC 792, RFC 1812). */
    enum Reason {
        NETWORK(0),
        HOST(1),
        PROTOCOL(2),
        PORT(3),
        PROHIBITED(13);

        private final int code;

        Reason(int code) {
            this.code = code;
        }
    }

    /** Takes what the guest sends to anybody but the gateway itself. */
    interface Outside {
        /** Sends a datagram; if that cannot be, the reason. */
        Optional<Reason> send(Flow flow, byte[] payload);

        /** Takes a segment. */
        void receive(Flow flow, TcpSegment segment);
    }

    /**
     * A gateway that has seen no guest yet.
     *
     * @param toGuest takes frames; it may drop them
     */
    Gateway(Consumer<Frame> toGuest, Outside outside) {
        this.toGuest = toGuest;
        this.outside = outside;
        Arrays.fill(neighbours, MacAddress.BROADCAST);
    }

    /** Takes a frame from the guest. */
    void receive(Frame received) {
        Optional<EthernetFrame> parsed = EthernetFrame.parse(received.bytes());
        if (parsed.isEmpty() || parsed.get().source().isGroup()) {
            return;
        }
        EthernetFrame frame = parsed.get();
        switch (frame.type()) {
            case EthernetFrame.ARP -> arp(frame);
            case EthernetFrame.IPV4 -> {
                if (isForUs(frame.destination())) {
                    // What was in the guest's memory needs no checksum.
                    Ipv4Packet.parse(frame.payload())
                            .ifPresent(packet -> packet(frame.source(), packet, received.isPartial()));
                }
            }
            default -> {}
        }
    }

    private static boolean isForUs(MacAddress destination) {
        return destination.equals(MacAddress.BROADCAST)
                || destination.equals(UserAddresses.mac(UserAddresses.GATEWAY))
                || destination.equals(UserAddresses.mac(UserAddresses.RESOLVER));
    }

    private void arp(EthernetFrame frame) {
        ByteBuffer in = ByteBuffer.wrap(frame.payload());
        if (in.capacity() < ARP_SIZE || in.getLong(0) >>> 16 != ARP_IPV4_ON_ETHERNET) {
            return;
        }
        int sender = in.getInt(ARP_SENDER_ADDRESS);
        int target = in.getInt(ARP_TARGET_ADDRESS);
        learn(sender, frame.source());
        // A guest that asks whether an address is taken has none yet and says 0 (RFC 5227).
        boolean asked = (in.getShort(6) & 0xffff) == ARP_REQUEST
                && (target == UserAddresses.GATEWAY || target == UserAddresses.RESOLVER);
        if (asked && (sender == 0 || UserAddresses.isGuest(sender))) {
            sendArp(ARP_REPLY, target, frame.source(), sender);
        }
    }

    private void sendArp(int operation, int from, MacAddress to, int address) {
        ByteBuffer out = ByteBuffer.allocate(ARP_SIZE);
        out.putShort((short) 1).putInt(0x0800_0604).putShort((short) operation);
        out.put(UserAddresses.mac(from).toBytes()).putInt(from);
        // Where that is is what a request asks.
        out.put(operation == ARP_REQUEST ? new byte[MacAddress.SIZE] : to.toBytes())
                .putInt(address);
        toGuest.accept(
                Frame.of(new EthernetFrame(to, UserAddresses.mac(from), EthernetFrame.ARP, out.array()).toBytes()));
    }

    private void learn(int address, MacAddress where) {
        if (UserAddresses.isGuest(address)) {
            neighbours[address & ADDRESSES - 1] = where;
            Optional.ofNullable(waiting.remove(address))
                    .ifPresent(packets -> packets.forEach(packet -> send(where, packet)));
        }
    }

    private void packet(MacAddress from, Ipv4Packet packet, boolean partial) {
        if (packet.protocol() == Ipv4Packet.UDP) {
            Optional<UdpDatagram> datagram = UdpDatagram.parse(packet, partial);
            if (datagram.isPresent() && datagram.get().destinationPort() == DhcpServer.SERVER_PORT) {
                dhcp(from, packet, datagram.get());
                return;
            }
        }
        if (!UserAddresses.isGuest(packet.source())) {
            return;
        }
        learn(packet.source(), from);
        boolean ours = packet.destination() == UserAddresses.GATEWAY || packet.destination() == UserAddresses.RESOLVER;
        if (!ours && !UserAddresses.isOutside(packet.destination())) {
            return;
        }
        switch (packet.protocol()) {
            case Ipv4Packet.ICMP -> icmp(packet, ours);
            case Ipv4Packet.UDP -> UdpDatagram.parse(packet, partial).ifPresent(datagram -> udp(packet, datagram));
            case TcpSegment.PROTOCOL ->
                TcpSegment.parse(packet.source(), packet.destination(), packet.payload(), partial)
                        .ifPresent(segment -> tcp(packet, segment));
            default -> unreachable(packet, Reason.PROTOCOL);
        }
    }

    private void dhcp(MacAddress from, Ipv4Packet packet, UdpDatagram datagram) {
        boolean forServer = packet.destination() == UserAddresses.BROADCAST
                || packet.destination() == UserAddresses.GATEWAY
                || packet.destination() == UserAddresses.NETWORK_BROADCAST;
        if (forServer && (packet.source() == 0 || UserAddresses.isGuest(packet.source()))) {
            DhcpServer.answer(datagram.payload()).ifPresent(answer -> {
                Ipv4Packet reply = new UdpDatagram(DhcpServer.SERVER_PORT, DhcpServer.CLIENT_PORT, answer.message())
                        .between(UserAddresses.GATEWAY, answer.to());
                send(answer.to() == UserAddresses.BROADCAST ? MacAddress.BROADCAST : from, reply);
            });
        }
    }

    private void icmp(Ipv4Packet packet, boolean ours) {
        byte[] message = packet.payload();
        if (message.length < ICMP_HEADER || message[0] != ECHO || Checksum.of(message, 0, message.length) != 0) {
            return;
        }
        if (!ours) {
            // It would take privileges on the host.
            unreachable(packet, Reason.PROHIBITED);
            return;
        }
        byte[] reply = message.clone();
        reply[0] = ECHO_REPLY;
        sendIcmp(packet.destination(), packet.source(), reply);
    }

    private void udp(Ipv4Packet packet, UdpDatagram datagram) {
        Flow flow = new Flow(packet.source(), datagram.sourcePort(), packet.destination(), datagram.destinationPort());
        outside.send(flow, datagram.payload()).ifPresent(reason -> unreachable(packet, reason));
    }

    private void tcp(Ipv4Packet packet, TcpSegment segment) {
        outside.receive(
                new Flow(packet.source(), segment.sourcePort(), packet.destination(), segment.destinationPort()),
                segment);
    }

    /**
     * Brings a segment to the guest.
     *
     * @param segmentSize the most payload of the segments that it is to be cut into, or 0
     * @param partial whether its checksum is left to the guest
     */
    void send(Flow flow, TcpSegment segment, int segmentSize, boolean partial) {
        byte[] bytes = segment.toBytes(flow.address(), flow.guest(), partial || segmentSize != 0);
        Ipv4Packet packet = new Ipv4Packet(flow.address(), flow.guest(), TcpSegment.PROTOCOL, bytes);
        Optional<MacAddress> where = neighbour(flow.guest());
        if (where.isEmpty() || !partial && segmentSize == 0) {
            deliver(packet);
            return;
        }
        byte[] whole = packet.toBytes(identification, LARGEST).getFirst();
        identification = identification + 1 & 0xffff;
        toGuest.accept(new Frame(
                ethernet(where.get(), packet, whole),
                Frame.HEADER + Ipv4Packet.HEADER,
                TcpSegment.CHECKSUM_OFFSET,
                segmentSize));
    }

    /** Tells the guest that a segment did not arrive. */
    void unreachable(Flow flow, TcpSegment segment, Reason reason) {
        unreachable(
                new Ipv4Packet(
                        flow.guest(),
                        flow.address(),
                        TcpSegment.PROTOCOL,
                        segment.toBytes(flow.guest(), flow.address(), false)),
                reason);
    }

    /** Brings an answer to the guest. */
    void reply(Flow flow, byte[] payload) {
        deliver(new UdpDatagram(flow.port(), flow.guestPort(), payload).between(flow.address(), flow.guest()));
    }

    /** Tells the guest that a datagram of this flow did not arrive; which one is not known. */
    void unreachable(Flow flow, Reason reason) {
        unreachable(
                new UdpDatagram(flow.guestPort(), flow.port(), new byte[0]).between(flow.guest(), flow.address()),
                reason);
    }

    private void unreachable(Ipv4Packet packet, Reason reason) {
        byte[] start = packet.toBytes(0, MTU).getFirst();
        int repeated = Math.min(start.length, Ipv4Packet.HEADER + REPEATED);
        ByteBuffer out = ByteBuffer.allocate(ICMP_HEADER + repeated);
        out.put((byte) UNREACHABLE).put((byte) reason.code);
        out.put(ICMP_HEADER, start, 0, repeated);
        sendIcmp(UserAddresses.GATEWAY, packet.source(), out.array());
    }

    private void sendIcmp(int from, int to, byte[] message) {
        ByteBuffer out = ByteBuffer.wrap(message);
        out.putShort(2, (short) 0);
        out.putShort(2, (short) Checksum.of(message, 0, message.length));
        deliver(new Ipv4Packet(from, to, Ipv4Packet.ICMP, message));
    }

    private Optional<MacAddress> neighbour(int address) {
        return Optional.of(neighbours[address & ADDRESSES - 1]).filter(where -> !where.equals(MacAddress.BROADCAST));
    }

    private void deliver(Ipv4Packet packet) {
        neighbour(packet.destination()).ifPresentOrElse(where -> send(where, packet), () -> ask(packet));
    }

    private void ask(Ipv4Packet packet) {
        Deque<Ipv4Packet> packets = waiting.computeIfAbsent(packet.destination(), _ -> new ArrayDeque<>());
        packets.add(packet);
        if (packets.size() > MAX_WAITING) {
            packets.remove();
        }
        sendArp(ARP_REQUEST, UserAddresses.GATEWAY, MacAddress.BROADCAST, packet.destination());
    }

    private void send(MacAddress to, Ipv4Packet packet) {
        for (byte[] fragment : packet.toBytes(identification, MTU)) {
            toGuest.accept(Frame.of(ethernet(to, packet, fragment)));
        }
        identification = identification + 1 & 0xffff;
    }

    private static byte[] ethernet(MacAddress to, Ipv4Packet packet, byte[] fragment) {
        MacAddress from = UserAddresses.mac(
                packet.source() == UserAddresses.RESOLVER ? UserAddresses.RESOLVER : UserAddresses.GATEWAY);
        return new EthernetFrame(to, from, EthernetFrame.IPV4, fragment).toBytes();
    }
}
