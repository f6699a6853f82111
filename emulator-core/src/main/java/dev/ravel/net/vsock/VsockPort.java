package dev.ravel.net.vsock;

import java.util.Optional;

/**
 * What a socket device is plugged into. It loses nothing: whoever has more to say than it holds is to wait. Methods are called with
 * the device lock held, and must not wait.
 */
public interface VsockPort {
    /** A driver is ready: from now on there may be connections. */
    void start();

    /** The driver is gone, and with it all connections and what waits for it. */
    void reset();

    /** Whether the host is far behind; the device then leaves the guest's packets in its queue. */
    boolean congested();

    /** Takes a packet from the guest; not while it is {@link #congested}. */
    void send(VsockPacket packet);

    /** The next packet for the guest, if one waits. */
    Optional<VsockPacket> receive();

    /**
     * Sets who is told, on any thread, that there is a packet after {@link #receive} gave none, or that the port is no longer {@link
     * #congested}. It does not wait. A port has one device.
     */
    void onChange(Runnable listener);
}
