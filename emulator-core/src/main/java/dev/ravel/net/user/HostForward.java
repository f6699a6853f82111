package dev.ravel.net.user;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A port of the host that is the guest's: who connects to it, or sends a datagram to it, reaches the guest, which sees the
 * gateway do so.
 *
 * @param listen the address and port on the host; port 0 is any that is free
 * @param guest the guest's address on its network
 * @param guestPort 1 to 65535
 */
public record HostForward(Protocol protocol, InetSocketAddress listen, Inet4Address guest, int guestPort) {
    /** What DHCP gives the guest. */
    public static final Inet4Address DEFAULT_GUEST = (Inet4Address) UserAddresses.inet(UserAddresses.GUEST);

    private static final int LAST_PORT = 65_535;

    /** What is carried. */
    public enum Protocol {
        TCP,
        UDP
    }

    /** Checks that a guest may have the address. */
    public HostForward {
        if (!UserAddresses.isGuest(number(guest))) {
            throw new IllegalArgumentException(
                    guest.getHostAddress() + " is no address of a guest: they are 10.0.2.1 and 10.0.2.4 to 10.0.2.254");
        }
        if (guestPort < 1 || guestPort > LAST_PORT) {
            throw new IllegalArgumentException("a guest's port of " + guestPort);
        }
    }

    private static int number(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    int guestNumber() {
        return number(guest);
    }

    /** As the host's end is called: "tcp 127.0.0.1:2222". */
    @Override
    public String toString() {
        String host = listen.getAddress().getHostAddress();
        return (protocol == Protocol.TCP ? "tcp " : "udp ")
                + (host.contains(":") ? "[" + host + "]" : host)
                + ":"
                + listen.getPort();
    }
}
