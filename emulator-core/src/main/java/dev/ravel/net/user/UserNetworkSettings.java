package dev.ravel.net.user;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a user network is to be like.
 *
 * @param hostAccess whether the guest reaches the host's own loopback services, at the gateway's address
 * @param resolvers whom DNS requests go to, the first that can be reached; empty: to those of the host's {@code
 *     /etc/resolv.conf}, as it is then
 * @param forwards the host's ports that are the guest's
 */
public record UserNetworkSettings(
        boolean hostAccess, Optional<List<InetSocketAddress>> resolvers, List<HostForward> forwards) {
    /** No access to the host itself, the host's own resolvers, and nobody comes from outside. */
    public static final UserNetworkSettings DEFAULT = new UserNetworkSettings(false, Optional.empty(), List.of());

    /** Copies the lists. */
    public UserNetworkSettings {
        resolvers = resolvers.map(List::copyOf);
        forwards = List.copyOf(forwards);
    }
}
