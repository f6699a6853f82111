package dev.ravel.cli;

import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.NetworkConfig.Network;
import dev.ravel.net.MacAddress;
import dev.ravel.net.socket.SocketEnd;
import dev.ravel.net.user.HostForward;
import dev.ravel.net.user.HostForward.Protocol;
import dev.ravel.net.user.UserNetworkSettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code user[,hostaccess=on|off][,mac=ADDRESS][,hostfwd=FORWARD]…}, {@code
 * socket,listen=[HOST:]PORT|connect=HOST:PORT[,mac=ADDRESS]} or {@code none}.
 */
final class NetConverter extends DeviceConverter<NetworkConfig> {
    private static final String FORMS = "write user[,hostaccess=on|off][,hostfwd=...][,mac=ADDRESS],"
            + " socket,listen=[HOST:]PORT|connect=HOST:PORT[,mac=ADDRESS] or none";
    private static final String FORWARD_FORM = "tcp|udp:[ADDRESS:]PORT-[GUESTADDRESS]:PORT";

    /** As QEMU has it; there, without a protocol it is TCP. */
    private static final Pattern FORWARD = Pattern.compile(
            "(?<protocol>tcp|udp|):((?<host>\\[[^]]*]|[^:\\[\\]]*):)?(?<port>[0-9]+)-(?<guest>[^:]*):(?<guestPort>[0-9]+)");

    private static final Pattern ADDRESS = Pattern.compile("((?<host>\\[[^]]+]|[^:\\[\\]]*):)?(?<port>[0-9]+)");

    /** A literal address, which may be missing, and a port, in expressions of other options: see {@link #tcp}. */
    static final String TCP = "((?<host>\\[[^]]+]|[^:\\[\\]]*):)?(?<port>[0-9]{1,9})";

    private static final int LAST_PORT = 65_535;

    @Override
    NetworkConfig read(String text) {
        if (text.equals("none")) {
            return new NetworkConfig(new Network.None());
        }
        String[] parts = text.split(",", -1);
        return switch (parts[0]) {
            case "user" -> user(parts);
            case "socket" -> socket(parts);
            default -> throw new TypeConversionException("'" + text + "' is no network that is known: " + FORMS);
        };
    }

    private static NetworkConfig user(String[] parts) {
        boolean hostAccess = false;
        MacAddress address = NetworkConfig.DEFAULT_ADDRESS;
        List<HostForward> forwards = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            String value = pair.length == 2 ? pair[1] : "";
            switch (pair[0]) {
                case "hostaccess" -> hostAccess = isOn(parts[i], value);
                case "mac" -> address = mac(value);
                case "hostfwd" -> forwards.add(forward(value));
                default -> throw unknown(parts[i]);
            }
        }
        return new NetworkConfig(
                new Network.User(new UserNetworkSettings(hostAccess, Optional.empty(), forwards)), address);
    }

    private static NetworkConfig socket(String[] parts) {
        List<SocketEnd> ends = new ArrayList<>();
        MacAddress address = NetworkConfig.DEFAULT_ADDRESS;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            String value = pair.length == 2 ? pair[1] : "";
            switch (pair[0]) {
                case "listen" -> ends.add(new SocketEnd.Listen(socketAddress(parts[i], value, "localhost")));
                case "connect" -> ends.add(new SocketEnd.Connect(socketAddress(parts[i], value, "")));
                case "mac" -> address = mac(value);
                default -> throw unknown(parts[i]);
            }
        }
        if (ends.size() != 1) {
            throw new TypeConversionException("socket takes one of listen=[HOST:]PORT and connect=HOST:PORT");
        }
        return new NetworkConfig(new Network.Socket(ends.getFirst()), address);
    }

    /** Names are looked up when the machine is built. */
    private static InetSocketAddress socketAddress(String option, String text, String byDefault) {
        Matcher parts = ADDRESS.matcher(text);
        if (!parts.matches()) {
            throw notAnAddress(option);
        }
        String given = host(parts);
        String host = given.isEmpty() ? byDefault : given;
        if (host.isEmpty()) {
            throw notAnAddress(option);
        }
        return InetSocketAddress.createUnresolved(host, port("'" + option + "'", parts.group("port")));
    }

    private static TypeConversionException notAnAddress(String option) {
        return new TypeConversionException("'" + option + "' is neither listen=[HOST:]PORT nor connect=HOST:PORT");
    }

    private static boolean isOn(String part, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw unknown(part);
        };
    }

    private static TypeConversionException unknown(String part) {
        return new TypeConversionException("'" + part + "' is not known: " + FORMS);
    }

    private static MacAddress mac(String text) {
        return MacAddress.parse(text)
                .orElseThrow(() -> new TypeConversionException("'" + text
                        + "' is no MAC address: write six pairs of hexadecimal digits, as 52:54:00:12:34:56"));
    }

    private static HostForward forward(String text) {
        Matcher parts = FORWARD.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("hostfwd '" + text + "' is not " + FORWARD_FORM);
        }
        String option = "hostfwd '" + text + "'";
        InetAddress listen = loopbackUnlessGiven(option, parts);
        String guest = parts.group("guest");
        if (!((guest.isEmpty() ? HostForward.DEFAULT_GUEST : address(option, guest)) instanceof Inet4Address inside)) {
            throw new TypeConversionException(option + ": the guest has no IPv6 address");
        }
        try {
            return new HostForward(
                    parts.group("protocol").equals("udp") ? Protocol.UDP : Protocol.TCP,
                    new InetSocketAddress(listen, port(option, parts.group("port"))),
                    inside,
                    port(option, parts.group("guestPort")));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(option + ": " + e.getMessage());
        }
    }

    /** The group {@code host}, without the brackets of IPv6; empty if it is missing. */
    private static String host(Matcher parts) {
        return Optional.ofNullable(parts.group("host")).orElse("").replaceAll("[\\[\\]]", "");
    }

    /** What {@link #TCP} has matched; on loopback if there is no address. */
    static InetSocketAddress tcp(String option, Matcher parts) {
        return new InetSocketAddress(loopbackUnlessGiven(option, parts), port(option, parts.group("port")));
    }

    /** The address in the group {@code host}. */
    static InetAddress loopbackUnlessGiven(String option, Matcher parts) {
        String host = host(parts);
        return host.isEmpty() ? InetAddress.getLoopbackAddress() : address(option, host);
    }

    /** A literal: no name is looked up. */
    private static InetAddress address(String option, String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(option + ": '" + text + "' is no IP address");
        }
    }

    /** A port of TCP or UDP. */
    static int port(String option, String digits) {
        int port = digits.length() > 5 ? LAST_PORT + 1 : Integer.parseInt(digits);
        if (port == 0 || port > LAST_PORT) {
            throw new TypeConversionException(option + ": " + digits + " is no port: they are 1 to " + LAST_PORT);
        }
        return port;
    }
}
