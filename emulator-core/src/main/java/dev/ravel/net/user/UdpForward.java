package dev.ravel.net.user;

import dev.ravel.net.KeyHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A port of the host whose datagrams go to the guest. To the guest, each sender is a port of the gateway; what it answers there
 * goes back to that sender, until the port is given to another because there are too many. Used by one thread.
 */
final class UdpForward implements KeyHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(UdpForward.class.getName());

    /** The most senders that are known. */
    static final int MAX_SENDERS = 256;

    /** Datagrams that are read before others have their turn. */
    private static final int BATCH = 32;

    private final HostForward forward;
    private final UdpNat.Answers guest;
    private final DatagramChannel channel;
    private final int firstPort;
    /** Their ports, the one who was silent longest first. */
    private final LinkedHashMap<SocketAddress, Integer> ports = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<Integer, SocketAddress> senders = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    private UdpForward(HostForward forward, UdpNat.Answers guest, DatagramChannel channel, int firstPort) {
        this.forward = forward;
        this.guest = guest;
        this.channel = channel;
        this.firstPort = firstPort;
    }

    /**
     * Takes datagrams from now on.
     *
     * @param firstPort of the {@link #MAX_SENDERS} ports of the gateway that are the senders'
     */
    static UdpForward open(Selector selector, HostForward forward, UdpNat.Answers guest, int firstPort)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.bind(forward.listen());
            channel.configureBlocking(false);
            UdpForward opened = new UdpForward(forward, guest, channel, firstPort);
            channel.register(selector, SelectionKey.OP_READ, opened);
            return opened;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            for (int i = 0; i < BATCH; i++) {
                SocketAddress sender = channel.receive(buffer.clear());
                if (sender == null) {
                    break;
                }
                if (buffer.position() <= UdpDatagram.MAX_PAYLOAD) {
                    guest.reply(flow(port(sender)), Arrays.copyOf(buffer.array(), buffer.position()));
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", forward, e);
        }
    }

    private Flow flow(int port) {
        return new Flow(forward.guestNumber(), forward.guestPort(), UserAddresses.GATEWAY, port);
    }

    private int port(SocketAddress sender) {
        return Optional.ofNullable(ports.get(sender)).orElseGet(() -> {
            int port = ports.size() < MAX_SENDERS
                    ? firstPort + ports.size()
                    : ports.pollFirstEntry().getValue();
            ports.put(sender, port);
            senders.put(port, sender);
            return port;
        });
    }

    /** Whether the flow is a sender's; the payload then goes back to it. */
    boolean send(Flow flow, byte[] payload) {
        Optional<SocketAddress> sender = Optional.ofNullable(senders.get(flow.port()));
        if (sender.isEmpty() || !flow.equals(flow(flow.port()))) {
            return false;
        }
        try {
            channel.send(ByteBuffer.wrap(payload), sender.get());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", forward, e);
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
