package dev.ravel.cli;

import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.NetworkConfig.Network;
import dev.ravel.net.user.UserNetworkSettings;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** {@code user[,hostaccess=on|off]} or {@code none}. */
final class NetConverter extends DeviceConverter<NetworkConfig> {
    private static final String FORMS = "write user[,hostaccess=on|off] or none";

    @Override
    NetworkConfig read(String text) {
        if (text.equals("none")) {
            return new NetworkConfig(new Network.None());
        }
        String[] parts = text.split(",", -1);
        if (!parts[0].equals("user")) {
            throw new TypeConversionException("'" + text + "' is no network that is known: " + FORMS);
        }
        boolean hostAccess = false;
        for (int i = 1; i < parts.length; i++) {
            switch (parts[i]) {
                case "hostaccess=on" -> hostAccess = true;
                case "hostaccess=off" -> hostAccess = false;
                default -> throw new TypeConversionException("'" + parts[i] + "' is not known: " + FORMS);
            }
        }
        return new NetworkConfig(new Network.User(new UserNetworkSettings(hostAccess, Optional.empty())));
    }
}
