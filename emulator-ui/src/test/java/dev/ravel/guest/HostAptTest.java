package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostAptTest {
    @TempDir
    private Path root;

    private Path sources;
    private HostApt apt;

    @BeforeEach
    void makeHost() throws IOException {
        sources = Files.createDirectories(root.resolve("etc/apt/sources.list.d"));
        Files.createDirectories(root.resolve("etc/apt/trusted.gpg.d"));
        Files.createDirectories(root.resolve("share/keyrings"));
        apt = new HostApt(root.resolve("etc"), root.resolve("share"), Map.of());
    }

    @Test
    void oneLineSourcesNameTheirMirror() throws IOException {
        Files.writeString(root.resolve("etc/apt/sources.list"), """
                # deb http://commented.example/debian trixie main
                deb [arch=amd64 signed-by=/k.gpg] http://first.example/debian/ trixie main # first
                deb-src http://source.example/debian trixie main
                deb http://security.example/debian-security trixie-security main
                """);
        Files.writeString(sources.resolve("a.list"), "deb http://third.example/tools stable main\n");
        Files.writeString(sources.resolve("b.list.disabled"), "deb http://off.example/debian trixie main\n");
        assertThat(apt.sourceFiles())
                .containsExactly(
                        "http://first.example/debian/", "http://source.example/debian", "http://third.example/tools");
    }

    @Test
    void deb822SourcesNameTheirMirrors() throws IOException {
        Files.writeString(sources.resolve("debian.sources"), """
                # a comment
                Types: deb
                # URIs: http://commented.example/debian
                URIs: http://one.example/debian
                 http://two.example/debian
                Suites: trixie trixie-updates

                Types: deb
                Enabled: no
                URIs: http://off.example/debian
                Suites: trixie

                Types: deb
                uris: http://security.example/debian-security
                """);
        assertThat(apt.sourceFiles()).containsExactly("http://one.example/debian", "http://two.example/debian");
    }

    @Test
    void debiansOwnKeyringIsBelievedBeforeAnyOther() throws Exception {
        assertThatThrownBy(apt::keyrings)
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("install the package debian-archive-keyring");
        Path trusted = root.resolve("etc/apt/trusted.gpg.d");
        Files.createFile(trusted.resolve("third-party.gpg"));
        assertThatThrownBy(apt::keyrings).isInstanceOf(GuestException.class);
        Path key = Files.createFile(trusted.resolve("debian-archive-trixie-stable.asc"));
        assertThat(apt.keyrings()).containsExactly(key);
        Path own = Files.createFile(root.resolve("share/keyrings/debian-archive-keyring.gpg"));
        assertThat(apt.keyrings()).containsExactly(own);
    }

    @Test
    void theUsersMirrorIsTheOnlyOne() throws Exception {
        Files.createFile(root.resolve("share/keyrings/debian-archive-keyring.gpg"));
        URI mirror = URI.create("http://mine.example/debian");
        assertThat(apt.settings(Optional.of(mirror)).mirrors()).containsExactly(mirror);
        for (String bad : new String[] {"ftp://mine.example/debian", "mine.example", "file:/srv/debian"}) {
            assertThatThrownBy(() -> apt.settings(Optional.of(URI.create(bad))))
                    .isInstanceOf(GuestException.class)
                    .hasMessageStartingWith("--mirror " + bad + ": is not an address");
        }
    }

    @Test
    void theEnvironmentsProxyIsUsedExceptWhereItSays() throws Exception {
        Files.createFile(root.resolve("share/keyrings/debian-archive-keyring.gpg"));
        HostApt behindProxy = new HostApt(
                root.resolve("etc"),
                root.resolve("share"),
                Map.of("http_proxy", "http://127.0.0.1:3128/", "no_proxy", "localhost,.inside.example"));
        URI mirror = URI.create("http://mirror.example/debian");
        var proxies = behindProxy.settings(Optional.of(mirror)).proxies();
        assertThat(proxies.select(mirror))
                .containsExactly(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", 3128)));
        assertThat(proxies.select(URI.create("http://a.inside.example/debian"))).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("https://mirror.example/debian"))).containsExactly(Proxy.NO_PROXY);
    }
}
