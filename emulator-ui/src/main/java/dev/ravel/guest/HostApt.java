package dev.ravel.guest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What this host already trusts for Debian packages: apt's mirrors, its proxy and keys, and how strict it is. */
final class HostApt {
    private static final int PATIENCE_SECONDS = 20;

    private final Path etc;
    private final Path share;
    private final Map<String, String> environment;

    /**
     * The host.
     *
     * @param etc where {@code apt/} is: {@code /etc}
     * @param share where {@code keyrings/} is: {@code /usr/share}
     */
    HostApt(Path etc, Path share, Map<String, String> environment) {
        this.etc = etc;
        this.share = share;
        this.environment = environment;
    }

    /** The host that this process runs on. */
    static HostApt current() {
        return new HostApt(Path.of("/etc"), Path.of("/usr/share"), System.getenv());
    }

    /**
     * What to fetch with.
     *
     * @param mirror the user's choice instead of apt's mirrors
     * @throws GuestException if the host has no Debian keyring, or names no mirror and the user none either
     */
    FetchSettings settings(Optional<URI> mirror) throws GuestException {
        List<URI> mirrors = mirror.isPresent() ? List.of(checked(mirror.get())) : mirrors();
        if (mirrors.isEmpty()) {
            throw new GuestException("apt on this host names no Debian mirror; give one with --mirror URL");
        }
        Map<String, String> apt = aptConfiguration();
        return new FetchSettings(
                mirrors,
                keyrings(),
                !apt.getOrDefault("RAVEL_VALID", "true").matches("(?i)false|no|0|off|without|disable"),
                new Proxies(apt, environment),
                FetchSettings.SUITES,
                Instant::now);
    }

    private static URI checked(URI mirror) throws GuestException {
        if (mirror.getHost() == null || !String.valueOf(mirror.getScheme()).matches("https?")) {
            throw new GuestException("--mirror " + mirror + ": is not an address like http://HOST/debian");
        }
        return mirror;
    }

    /** Debian's own keyring, else Debian's keys among those that apt trusts. */
    List<Path> keyrings() throws GuestException {
        for (String name : List.of("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")) {
            Path keyring = share.resolve("keyrings").resolve(name);
            if (Files.isReadable(keyring)) {
                return List.of(keyring);
            }
        }
        List<Path> found = list(etc.resolve("apt/trusted.gpg.d"), "debian-archive-.*\\.(gpg|asc)");
        if (found.isEmpty()) {
            throw new GuestException("this host has no Debian keyring to check a mirror with;"
                    + " install the package debian-archive-keyring");
        }
        return found;
    }

    /**
     * The mirrors in apt's configuration, without those of other distributions where apt knows: what apt says itself,
     * and as it says nothing before its first update, what stands in its source files.
     */
    private List<URI> mirrors() {
        Set<String> sites = new LinkedHashSet<>();
        String format = "$(SITE)|$(ORIGIN)|$(LABEL)";
        for (String line :
                output("apt-get", "indextargets", "--format", format).lines().toList()) {
            String[] fields = line.split("\\|", -1);
            if (fields.length == 3 && fields[1].equals("Debian") && fields[2].equals("Debian")) {
                sites.add(fields[0]);
            }
        }
        if (sites.isEmpty()) {
            sites.addAll(sourceFiles());
        }
        List<URI> mirrors = new ArrayList<>();
        for (String site : sites) {
            try {
                mirrors.add(checked(new URI(site)));
            } catch (URISyntaxException | GuestException e) {
                // A CD, a folder, or an apt method of its own: nothing that HTTP reaches.
            }
        }
        return mirrors;
    }

    /** The addresses in apt's source files, both kinds (sources.list(5)), those that look like Debian's own first. */
    Set<String> sourceFiles() {
        List<String> found = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(etc.resolve("apt/sources.list")));
        files.addAll(list(etc.resolve("apt/sources.list.d"), ".*\\.(list|sources)"));
        for (Path file : files) {
            try {
                String text = Files.isReadable(file) ? Files.readString(file) : "";
                found.addAll(file.toString().endsWith(".sources") ? deb822(text) : oneLine(text));
            } catch (IOException e) {
                // Not text: apt would not read it either.
            }
        }
        found.removeIf(site -> site.contains("security"));
        Set<String> sites = new LinkedHashSet<>();
        found.stream().filter(site -> site.matches(".*/debian/?")).forEach(sites::add);
        sites.addAll(found);
        return sites;
    }

    /** "deb [option=value] address suite component". */
    private static List<String> oneLine(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> line.matches("deb(-src)?\\s.*"))
                .map(line ->
                        line.replaceFirst("deb(-src)?\\s+(\\[[^]]*]\\s*)?", "").split("\\s+")[0])
                .toList();
    }

    /** Paragraphs with a field "URIs:", which may hold several, also on lines that go on with a blank. */
    private static List<String> deb822(String text) {
        List<String> found = new ArrayList<>();
        for (String paragraph : text.replaceAll("(?m)^#.*\n?", "").split("\n\\s*\n")) {
            if (paragraph.matches("(?is)(.*\n)?enabled:\\s*(no|false|0|off|without|disable)\\b.*")) {
                continue;
            }
            for (String line : paragraph.replaceAll("\n[ \t]+", " ").split("\n")) {
                if (line.regionMatches(true, 0, "URIs:", 0, 5)) {
                    Stream.of(line.substring(5).strip().split("\\s+")).forEach(found::add);
                }
            }
        }
        return found;
    }

    private Map<String, String> aptConfiguration() {
        Map<String, String> values = new HashMap<>();
        String shell = output(
                "apt-config", "shell",
                "RAVEL_VALID", "Acquire::Check-Valid-Until",
                "RAVEL_HTTP", "Acquire::http::Proxy",
                "RAVEL_HTTPS", "Acquire::https::Proxy");
        for (String line : shell.lines().toList()) {
            int equals = line.indexOf("='");
            if (equals > 0 && line.endsWith("'")) {
                values.put(line.substring(0, equals), line.substring(equals + 2, line.length() - 1));
            }
        }
        return values;
    }

    /** What a program prints, nothing if it is not there or fails. */
    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return text;
            }
            process.destroy();
            return "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static List<Path> list(Path directory, String pattern) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().matches(pattern))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** apt's proxy, else that of the environment, else none; {@code no_proxy} is a list of hosts and domains. */
    private static final class Proxies extends ProxySelector {
        private final Map<String, String> apt;
        private final Map<String, String> environment;

        Proxies(Map<String, String> apt, Map<String, String> environment) {
            this.apt = apt;
            this.environment = environment;
        }

        @Override
        public List<Proxy> select(URI uri) {
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            String proxy = apt.getOrDefault("RAVEL_" + scheme.toUpperCase(Locale.ROOT), "");
            if (proxy.isEmpty() && !isExcepted(uri.getHost())) {
                proxy = environment.getOrDefault(scheme + "_proxy", environment.getOrDefault("all_proxy", ""));
            }
            if (proxy.isEmpty() || proxy.equals("DIRECT")) {
                return List.of(Proxy.NO_PROXY);
            }
            URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
            if (address.getHost() == null) {
                return List.of(Proxy.NO_PROXY);
            }
            int port = address.getPort() < 0 ? 80 : address.getPort();
            Proxy.Type type = address.getScheme().startsWith("socks") ? Proxy.Type.SOCKS : Proxy.Type.HTTP;
            return List.of(new Proxy(type, new InetSocketAddress(address.getHost(), port)));
        }

        private boolean isExcepted(String host) {
            return Stream.of(environment.getOrDefault("no_proxy", "").split(","))
                    .map(String::strip)
                    .filter(e -> !e.isEmpty())
                    .anyMatch(e -> e.equals("*") || host.equals(e) || host.endsWith(e.startsWith(".") ? e : "." + e));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {}
    }
}
