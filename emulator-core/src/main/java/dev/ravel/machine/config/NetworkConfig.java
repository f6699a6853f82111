package dev.ravel.machine.config;

import dev.ravel.net.MacAddress;
import dev.ravel.net.ThreadedNetwork;
import dev.ravel.net.socket.SocketEnd;
import dev.ravel.net.socket.SocketNetwork;
import dev.ravel.net.user.UserNetwork;
import dev.ravel.net.user.UserNetworkSettings;
import dev.ravel.virtio.VirtioNet;
import java.io.IOException;
import java.util.List;

/**
 * A network, and the device by which the guest is on it. A machine that is given none is on none. A deterministic machine
 * has none: what comes from a network, and when, is never twice the same.
 *
 * @param address the device's, which is no group's and not 0
 */
public record NetworkConfig(Network network, MacAddress address) implements DeviceConfig {
    /** The address that QEMU gives its first device. */
    public static final MacAddress DEFAULT_ADDRESS = new MacAddress(0x5254_0012_3456L);

    private static final Field NETWORK = new Field.Device(NetworkConfig.class, "network", "network");

    /** Checks that the address can be a device's. */
    public NetworkConfig {
        if (address.isGroup() || address.value() == 0) {
            throw new ConfigurationException(NETWORK, address + " cannot be a device's address");
        }
    }

    /** A network, with the address that a device has if there is nobody else. */
    public NetworkConfig(Network network) {
        this(network, DEFAULT_ADDRESS);
    }

    /** A network behind the host, as it is if nothing is said of it. */
    public static NetworkConfig user() {
        return new NetworkConfig(new Network.User(UserNetworkSettings.DEFAULT));
    }

    /** Which network. */
    public sealed interface Network {
        /** None: there is no device either. */
        record None() implements Network {}

        /** One of its own, behind the host: {@link UserNetwork}. */
        record User(UserNetworkSettings settings) implements Network {}

        /** A wire to one other machine, whose address is another: {@link SocketNetwork}. */
        record Socket(SocketEnd end) implements Network {}
    }

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.stream().anyMatch(NetworkConfig.class::isInstance)) {
            throw new ConfigurationException(NETWORK, "given twice: a machine is on one network only");
        }
    }

    @Override
    public void attach(Backplane board) {
        switch (network) {
            case Network.None _ -> {}
            case Network.User user -> attach(board, "user", () -> UserNetwork.open(user.settings()));
            case Network.Socket socket -> attach(board, "socket", () -> SocketNetwork.open(socket.end()));
        }
    }

    /** Opens a network. */
    private interface Opener {
        ThreadedNetwork open() throws IOException;
    }

    private void attach(Backplane board, String kind, Opener opener) {
        if (board.deterministic()) {
            throw new ConfigurationException(
                    NETWORK, kind + ": a deterministic machine cannot be on a network; leave it out");
        }
        ThreadedNetwork port;
        try {
            port = opener.open();
        } catch (IOException e) {
            throw new ConfigurationException(NETWORK, kind + ": " + e.getMessage(), e);
        }
        board.virtio(NETWORK, new VirtioNet(board.own(port), address, board.events()));
    }
}
