package dev.ravel.net.user;

import dev.ravel.net.NetworkPort;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Optional;

/**
 * A network of one guest, 10.0.2.0/24, as QEMU's user network: a gateway at 10.0.2.2 with a DHCP server that gives the
 * guest 10.0.2.15, a DNS resolver at 10.0.2.3, and by address translation everybody whom the host reaches over UDP. It
 * needs no privileges: the guest's traffic is that of this process. Nobody outside reaches the guest unasked.
 *
 * <p>One thread does all of it. It has the guest's frames and the host's sockets only, and hands frames for the guest
 * to a bounded queue, from which the device takes them at instruction boundaries.
 */
public final class UserNetwork implements NetworkPort, AutoCloseable {
    private static final Logger LOG = System.getLogger(UserNetwork.class.getName());

    private final FrameQueue fromGuest = new FrameQueue();
    private final FrameQueue toGuest = new FrameQueue();
    private final Selector selector;
    private final Gateway gateway;
    private final UdpNat nat;
    private final Thread thread;
    private volatile Runnable listener = () -> {};
    private volatile boolean closing;

    /** Opens a network. */
    public static UserNetwork open(UserNetworkSettings settings) throws IOException {
        UserNetwork network = new UserNetwork(settings, Selector.open());
        network.thread.start();
        return network;
    }

    private UserNetwork(UserNetworkSettings settings, Selector selector) {
        this.selector = selector;
        this.nat = new UdpNat(
                selector,
                settings.hostAccess(),
                () -> settings.resolvers().orElseGet(HostResolvers::now),
                new UdpNat.Answers() {
                    @Override
                    public void reply(UdpFlow flow, byte[] payload) {
                        gateway().reply(flow, payload);
                    }

                    @Override
                    public void unreachable(UdpFlow flow, Gateway.Reason reason) {
                        gateway().unreachable(flow, reason);
                    }
                });
        this.gateway = new Gateway(this::deliver, nat);
        this.thread = Thread.ofPlatform().daemon().name("net-user").unstarted(this::work);
    }

    private Gateway gateway() {
        return gateway;
    }

    private void deliver(byte[] frame) {
        toGuest.offer(frame);
        listener.run();
    }

    private void work() {
        try {
            while (!closing) {
                selector.select(key -> guarded(() -> nat.ready(key)), nat.timeout());
                List<byte[]> frames = fromGuest.drain();
                frames.forEach(frame -> guarded(() -> gateway.receive(frame)));
                if (frames.size() == FrameQueue.CAPACITY) {
                    // The device was told to wait.
                    listener.run();
                }
                nat.expire();
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the user network ends: {0}", e.toString());
        } finally {
            nat.close();
        }
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
    public boolean congested() {
        return fromGuest.isFull();
    }

    @Override
    public void send(byte[] frame) {
        fromGuest.offer(frame);
        selector.wakeup();
    }

    @Override
    public Optional<byte[]> receive() {
        return toGuest.poll();
    }

    @Override
    public void discard() {
        toGuest.drain();
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    /** Ends all flows. */
    @Override
    public void close() throws IOException {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.close();
    }
}
