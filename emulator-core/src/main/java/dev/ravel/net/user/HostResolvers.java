package dev.ravel.net.user;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The DNS resolvers that the host uses, as its {@code resolv.conf} names them. */
final class HostResolvers {
    static final int DNS_PORT = 53;

    private static final Path FILE = Path.of("/etc/resolv.conf");

    private HostResolvers() {}

    /** Those of the host, in order; none if there is no such file. */
    static List<InetSocketAddress> now() {
        try {
            return parse(Files.readString(FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The {@code nameserver} lines of a file; those that cannot be read are left out. */
    static List<InetSocketAddress> parse(String text) {
        return text.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 2 && words[0].equals("nameserver"))
                .flatMap(words -> address(words[1]).stream())
                .toList();
    }

    private static Optional<InetSocketAddress> address(String literal) {
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(literal), DNS_PORT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
