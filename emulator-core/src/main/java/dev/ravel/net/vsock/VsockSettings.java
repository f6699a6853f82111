package dev.ravel.net.vsock;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What guest and host are to each other.
 *
 * @param cid the guest's address, {@value #FIRST_CID} to 2^32-2
 * @param path a Unix socket to be made. Who connects to it and writes {@code CONNECT port\n} is answered {@code OK port\n} when the guest
 *     has taken the connection, and is at the guest's port from then on. The guest that connects to port P of the host is
 *     connected to the Unix socket of this name with {@code _P} behind it, if that is there
 * @param hostForwards ports of the host that are the guest's
 * @param guestForwards ports of the host's as the guest sees it that are ports of TCP; no two have the same
 */
public record VsockSettings(
        long cid, Optional<Path> path, List<HostForward> hostForwards, List<GuestForward> guestForwards) {
    /** The first address that is not reserved (virtio 1.3, 5.10.4). */
    public static final long FIRST_CID = 3;

    /** The host's address. */
    public static final long HOST_CID = 2;

    /** Stands for any (VMADDR_CID_ANY, and VMADDR_PORT_ANY). */
    private static final long ANY = 0xffff_ffffL;

    /** Who connects there over TCP is at the guest's port. */
    public record HostForward(InetSocketAddress listen, long guestPort) {
        public HostForward {
            checkPort(guestPort);
        }
    }

    /** The guest that connects to that port of the host's is connected there over TCP. */
    public record GuestForward(long port, InetSocketAddress connect) {
        public GuestForward {
            checkPort(port);
        }
    }

    /** Checks address and ports. */
    public VsockSettings {
        hostForwards = List.copyOf(hostForwards);
        guestForwards = List.copyOf(guestForwards);
        if (cid < FIRST_CID || cid >= ANY) {
            throw new IllegalArgumentException(
                    "cid=" + Long.toUnsignedString(cid) + " is not a guest's: give one from 3 to 4294967294");
        }
        Set<Long> ports = new HashSet<>();
        for (GuestForward forward : guestForwards) {
            if (!ports.add(forward.port)) {
                throw new IllegalArgumentException("two guestfwd are for port " + forward.port + "; leave one out");
            }
        }
    }

    /** Whether there can be such a port. */
    static boolean isPort(long port) {
        return port >= 0 && port < ANY;
    }

    private static void checkPort(long port) {
        if (!isPort(port)) {
            throw new IllegalArgumentException(port + " is no port of a vsock: they are 0 to 4294967294");
        }
    }
}
