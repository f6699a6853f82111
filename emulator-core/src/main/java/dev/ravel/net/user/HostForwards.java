package dev.ravel.net.user;

import dev.ravel.net.ListeningPort;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** The host's ports that are the guest's. Used by one thread, once they are opened. */
final class HostForwards implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HostForwards.class.getName());

    /** The gateway's ports that stand for those who send datagrams to the first of them; the next ones follow. */
    private static final int FIRST_UDP_PORT = 49_152;

    private static final int MOST = (65_536 - FIRST_UDP_PORT) / UdpForward.MAX_SENDERS;

    private final Selector selector;
    private final TcpNat tcp;
    private final UdpNat.Answers guest;
    private final ListeningPort.Host host;
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<ListeningPort> tcpForwards = new ArrayList<>();
    private final List<UdpForward> udpForwards = new ArrayList<>();

    HostForwards(Selector selector, TcpNat tcp, UdpNat.Answers guest, ListeningPort.Host host) {
        this.selector = selector;
        this.tcp = tcp;
        this.guest = guest;
        this.host = host;
    }

    /** Opens all of them, or none: the error says which could not be. */
    void open(List<HostForward> forwards) throws IOException {
        try {
            for (HostForward forward : forwards) {
                open(forward);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void open(HostForward forward) throws IOException {
        try {
            switch (forward.protocol()) {
                case TCP -> {
                    ListeningPort opened = ListeningPort.open(
                            selector,
                            forward.listen(),
                            forward.toString(),
                            channel -> tcp.accepted(channel, forward.guestNumber(), forward.guestPort()),
                            host);
                    tcpForwards.add(opened);
                    addresses.add((InetSocketAddress) opened.address());
                }
                case UDP -> {
                    int number = udpForwards.size();
                    if (number == MOST) {
                        throw new IOException("only " + MOST + " ports for UDP can be forwarded");
                    }
                    UdpForward opened =
                            UdpForward.open(selector, forward, guest, FIRST_UDP_PORT + number * UdpForward.MAX_SENDERS);
                    udpForwards.add(opened);
                    addresses.add(opened.address());
                }
            }
        } catch (IOException e) {
            throw new IOException(
                    "the host's port " + forward + " cannot be the guest's: " + e.getMessage() + "; name another", e);
        }
    }

    List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Whether a flow is that of somebody who sent a datagram to such a port; the payload then goes back. */
    boolean send(Flow flow, byte[] payload) {
        return udpForwards.stream().anyMatch(forward -> forward.send(flow, payload));
    }

    /** How long to wait for a socket before {@link #work} is called: milliseconds, 0 for as long as it takes. */
    long timeout() {
        return ListeningPort.timeout(tcpForwards);
    }

    /** Does what is due. */
    void work() {
        tcpForwards.forEach(ListeningPort::work);
    }

    @Override
    public void close() {
        tcpForwards.forEach(HostForwards::close);
        udpForwards.forEach(HostForwards::close);
    }

    private static void close(AutoCloseable forward) {
        try {
            forward.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "a forwarded port: {0}", e.toString());
        }
    }
}
