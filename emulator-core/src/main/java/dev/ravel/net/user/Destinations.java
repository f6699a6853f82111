package dev.ravel.net.user;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where on the host's networks those are whom the guest talks to. */
final class Destinations {
    private final boolean hostAccess;
    private final Supplier<List<InetSocketAddress>> resolvers;
    /** The resolver that is used: counted up when one cannot be reached. */
    private int resolver;

    /**
     * Destinations.
     *
     * @param hostAccess whether the gateway's ports are those of the host's loopback
     */
    Destinations(boolean hostAccess, Supplier<List<InetSocketAddress>> resolvers) {
        this.hostAccess = hostAccess;
        this.resolvers = resolvers;
    }

    /** Who is at the other end; empty: nobody listens there. */
    Optional<InetSocketAddress> of(Flow flow) {
        return switch (flow.address()) {
            case UserAddresses.GATEWAY ->
                hostAccess
                        ? Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), flow.port()))
                        : Optional.empty();
            case UserAddresses.RESOLVER -> {
                List<InetSocketAddress> known = resolvers.get();
                yield flow.port() == HostResolvers.DNS_PORT && !known.isEmpty()
                        ? Optional.of(known.get(resolver % known.size()))
                        : Optional.empty();
            }
            default -> Optional.of(new InetSocketAddress(UserAddresses.inet(flow.address()), flow.port()));
        };
    }

    /** The resolver cannot be reached: the next request goes to the next one. */
    void resolverFailed() {
        resolver = resolver + 1 & Integer.MAX_VALUE;
    }
}
