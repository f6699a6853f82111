package dev.ravel.net.user;

import dev.ravel.net.MacAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Who is who on the guest's network, as with QEMU's user network. IPv4 addresses are their four bytes, first highest. */
final class UserAddresses {
    /** 10.0.2.0. */
    static final int NETWORK = 0x0a00_0200;

    static final int NETMASK = 0xffff_ff00;
    /** 10.0.2.2: the host, and the way to everybody else. */
    static final int GATEWAY = NETWORK | 2;
    /** 10.0.2.3: the host's DNS resolver. */
    static final int RESOLVER = NETWORK | 3;
    /** 10.0.2.15: what DHCP gives the guest. */
    static final int GUEST = NETWORK | 15;
    /** 10.0.2.255: everybody on this network. */
    static final int NETWORK_BROADCAST = NETWORK | 255;
    /** 255.255.255.255. */
    static final int BROADCAST = -1;

    private UserAddresses() {}

    /** The address of gateway and resolver on the wire: locally administered, and the IPv4 address in it. */
    static MacAddress mac(int address) {
        return new MacAddress(0x5255_0000_0000L | address & 0xffff_ffffL);
    }

    /** Whether a guest may have this address. */
    static boolean isGuest(int address) {
        return (address & NETMASK) == NETWORK
                && address != NETWORK
                && address != GATEWAY
                && address != RESOLVER
                && address != NETWORK_BROADCAST;
    }

    /** Whether it is one machine's, and not one of this network or of the host itself. */
    static boolean isOutside(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first < 224 && (address & NETMASK) != NETWORK;
    }

    /** The address as Java has it. */
    static InetAddress inet(int address) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt(address).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }
}
