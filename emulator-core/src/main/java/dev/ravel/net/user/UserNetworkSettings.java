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
 */
public record UserNetworkSettings(boolean hostAccess, Optional<List<InetSocketAddress>> resolvers) {
    /** No access to the host itself, and the host's own resolvers. */
    public static final UserNetworkSettings DEFAULT = new UserNetworkSettings(false, Optional.empty());

    /** Copies the list. */
    public UserNetworkSettings {
        resolvers = resolvers.map(List::copyOf);
    }
}
