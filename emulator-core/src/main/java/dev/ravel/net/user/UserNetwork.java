package dev.ravel.net.user;

import dev.ravel.host.posix.HostEntropy;
import dev.ravel.net.Frame;
import dev.ravel.net.KeyHandler;
import dev.ravel.net.ListeningPort;
import dev.ravel.net.ThreadedNetwork;
import dev.ravel.net.tcp.TcpSegment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A network of one guest, 10.0.2.0/24, as QEMU's user network: a gateway at 10.0.2.2 with a DHCP server that gives the
 * guest 10.0.2.15, a DNS resolver at 10.0.2.3, and by address translation everybody whom the host reaches over UDP and TCP. It
 * needs no privileges: the guest's traffic is that of this process. Nobody outside reaches the guest unasked.
 *
 * <p>One thread does all of it. It has the guest's frames and the host's sockets only, and hands frames for the guest
 * to a bounded queue, from which the device takes them at instruction boundaries.
 */
public final class UserNetwork extends ThreadedNetwork {
    private static final Logger LOG = System.getLogger(UserNetwork.class.getName());

    private final Gateway gateway;
    private final UdpNat udp;
    private final TcpNat tcp;
    private final HostForwards forwards;
    private volatile boolean partialToGuest;
    private volatile boolean largeToGuest;
    /** TCP waits for room in the queue to the guest. */
    private volatile boolean starved;

    /** Opens a network. */
    public static UserNetwork open(UserNetworkSettings settings) throws IOException {
        return open(settings, ListeningPort.Host.REAL);
    }

    static UserNetwork open(UserNetworkSettings settings, ListeningPort.Host host) throws IOException {
        Selector selector = Selector.open();
        try {
            UserNetwork network = new UserNetwork(settings, selector, host);
            network.forwards.open(settings.forwards());
            network.startThread();
            return network;
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    private UserNetwork(UserNetworkSettings settings, Selector selector, ListeningPort.Host host) {
        super(selector, "net-user");
        Destinations destinations = new Destinations(
                settings.hostAccess(), () -> settings.resolvers().orElseGet(HostResolvers::now));
        UdpNat.Answers answers = new UdpNat.Answers() {
            @Override
            public void reply(Flow flow, byte[] payload) {
                gateway().reply(flow, payload);
            }

            @Override
            public void unreachable(Flow flow, Gateway.Reason reason) {
                gateway().unreachable(flow, reason);
            }
        };
        this.udp = new UdpNat(selector, destinations, answers);
        this.tcp = new TcpNat(selector, destinations, new TcpWay(), HostEntropy.ofHost()::nextInt);
        this.forwards = new HostForwards(selector, tcp, answers, host);
        this.gateway = new Gateway(this::deliver, new Gateway.Outside() {
            @Override
            public Optional<Gateway.Reason> send(Flow flow, byte[] payload) {
                return forwards.send(flow, payload) ? Optional.empty() : udp.send(flow, payload);
            }

            @Override
            public void receive(Flow flow, TcpSegment segment) {
                tcp.receive(flow, segment);
            }
        });
    }

    /** Where the host's ports that are the guest's are, in the order of the settings. */
    public List<InetSocketAddress> forwarded() {
        return forwards.addresses();
    }

    private Gateway gateway() {
        return gateway;
    }

    /** The way of TCP to the guest: it leaves room in the queue for the others. */
    private final class TcpWay implements TcpNat.GuestSide {
        @Override
        public void send(Flow flow, TcpSegment segment, int segmentSize) {
            gateway().send(flow, segment, segmentSize, partialToGuest);
        }

        @Override
        public boolean takesLarge() {
            return largeToGuest;
        }

        @Override
        public void unreachable(Flow flow, TcpSegment segment, Gateway.Reason reason) {
            gateway().unreachable(flow, segment, reason);
        }

        @Override
        public boolean hasRoom() {
            return toGuest.isBelow(3, 4);
        }

        @Override
        public long ticket() {
            return toGuest.added();
        }

        @Override
        public boolean reached(long ticket) {
            return toGuest.taken() >= ticket;
        }
    }

    @Override
    protected void work() {
        try {
            while (!closing()) {
                select();
                takeFromGuest(frames -> frames.forEach(frame -> guarded(() -> gateway.receive(frame))));
                guarded(tcp::work);
                udp.expire();
                forwards.work();
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the user network ends: {0}", e.toString());
        } finally {
            udp.close();
            tcp.close();
            forwards.close();
        }
    }

    private void select() throws IOException {
        starved = tcp.starved();
        if (starved && toGuest.isBelow(1, 2)) {
            // What made room did not see that it was waited for.
            selector.selectNow(UserNetwork::ready);
        } else {
            selector.select(
                    UserNetwork::ready,
                    LongStream.of(udp.timeout(), tcp.timeout(), forwards.timeout())
                            .filter(timeout -> timeout > 0)
                            .min()
                            .orElse(0));
        }
    }

    private static void ready(SelectionKey key) {
        guarded(() -> ((KeyHandler) key.attachment()).ready(key));
    }

    /** What is wrong with one frame is not the end of the network. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the user network lost a frame", e);
        }
    }

    @Override
    public boolean offloads() {
        return true;
    }

    @Override
    public void allowToGuest(boolean partial, boolean large) {
        partialToGuest = partial;
        largeToGuest = partial && large;
    }

    @Override
    public Optional<Frame> receive() {
        Optional<Frame> frame = super.receive();
        if (starved && toGuest.isBelow(1, 2)) {
            starved = false;
            selector.wakeup();
        }
        return frame;
    }
}
