package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.guest.Release.SignedFile;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorTest {
    private static final byte[] CONTENT = new byte[200_000];
    private static final SignedFile SIGNED;

    static {
        new Random(3).nextBytes(CONTENT);
        SIGNED = new SignedFile(FakeDebian.sha256(CONTENT), CONTENT.length);
    }

    @TempDir
    private Path downloads;

    private FakeMirror server;
    private Mirror mirror;
    private final FakeMirror.Heard heard = new FakeMirror.Heard();

    @BeforeEach
    void start() throws IOException {
        server = new FakeMirror();
        mirror = new Mirror(server.address(), downloads, ProxySelector.of(null), heard);
        server.put("pool/a.deb", CONTENT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path part() {
        return downloads.resolve(SIGNED.sha256() + ".part");
    }

    private void fetchesTheContent() throws Exception {
        Path file = mirror.fetch("a.deb", SIGNED, "pool/a.deb");
        assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
        assertThat(part()).doesNotExist();
    }

    @Test
    void aFileIsFetchedOnceAndItsProgressTold() throws Exception {
        fetchesTheContent();
        fetchesTheContent();
        assertThat(server.requests).containsExactly("pool/a.deb");
        assertThat(heard.transfers).startsWith("a.deb 0/200000").endsWith("a.deb 200000/200000");
    }

    @Test
    void aTransferThatBreaksOffGoesOnWhereItStopped() throws Exception {
        server.breakOff("pool/a.deb", 70_000);
        fetchesTheContent();
        assertThat(server.requests).hasSize(2).first().isEqualTo("pool/a.deb");
        assertThat(server.requests.get(1)).matches("pool/a.deb bytes=[1-9]\\d*-");
    }

    @Test
    void anEarlierProcessesPartIsContinued() throws Exception {
        Files.write(part(), Arrays.copyOf(CONTENT, 150_000));
        fetchesTheContent();
        assertThat(server.requests).containsExactly("pool/a.deb bytes=150000-");
        assertThat(heard.transfers).first().isEqualTo("a.deb 150000/200000");
    }

    @Test
    void aPartThatIsWholeNeedsNoRequest() throws Exception {
        Files.write(part(), CONTENT);
        fetchesTheContent();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void aPartOfSomethingElseIsFetchedAnew() throws Exception {
        Files.write(part(), new byte[1000]);
        fetchesTheContent();
        Files.delete(downloads.resolve(SIGNED.sha256()));
        Files.write(part(), new byte[300_000]);
        fetchesTheContent();
    }

    @Test
    void aMirrorThatCannotContinueSendsAllOfIt() throws Exception {
        server.ranges = false;
        Files.write(part(), Arrays.copyOf(CONTENT, 150_000));
        fetchesTheContent();
    }

    @Test
    void aFileThatDoesNotMatchItsHashIsNeverUsed() {
        byte[] other = CONTENT.clone();
        other[77]++;
        server.put("pool/a.deb", other);
        assertThatThrownBy(() -> mirror.fetch("a.deb", SIGNED, "pool/a.deb"))
                .isInstanceOf(SuiteException.class)
                .hasMessage("a.deb is not what was signed (pool/a.deb): the mirror is half-synchronised");
        assertThat(downloads).isEmptyDirectory();
    }

    @Test
    void aFileOfAnotherSizeIsNotEvenTransferred() {
        server.put("pool/a.deb", new byte[10_000_000]);
        assertThatThrownBy(() -> mirror.fetch("a.deb", SIGNED, "pool/a.deb"))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("half-synchronised");
        assertThat(heard.transfers).isEmpty();
    }

    @Test
    void theNextPathIsTriedWhenOneHasItNot() throws Exception {
        Path file = mirror.fetch("a.deb", SIGNED, "by-hash/nothing", "pool/a.deb");
        assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
        assertThat(server.requests).containsExactly("by-hash/nothing", "pool/a.deb");
    }

    @Test
    void aRedirectIsFollowedButNotInACircle() throws Exception {
        server.redirect("pool/b.deb", "/debian/pool/a.deb");
        assertThat(Files.readAllBytes(mirror.fetch("a.deb", SIGNED, "pool/b.deb")))
                .isEqualTo(CONTENT);
        server.redirect("circle", "/debian/circle");
        assertThatThrownBy(() -> mirror.read("circle"))
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("redirected in a circle");
    }

    @Test
    void aSmallFileIsReadOrMissing() throws GuestException {
        server.put("dists/x/InRelease", "text");
        assertThat(mirror.read("dists/x/InRelease")).hasValue("text".getBytes(StandardCharsets.UTF_8));
        assertThat(mirror.read("dists/y/InRelease")).isEmpty();
    }

    @Test
    void aMirrorThatAnswersWithErrorsIsNamed() {
        server.status("pool/a.deb", 503);
        assertThatThrownBy(() -> mirror.fetch("a.deb", SIGNED, "pool/a.deb"))
                .isInstanceOf(GuestException.class)
                .hasMessageStartingWith(mirror.name() + ": a.deb: the mirror answers 503")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aTransferThatNeverEndsWellKeepsWhatItGot() {
        server.breakOff("pool/a.deb", 50_000);
        FetchProgress saboteur = new FetchProgress() {
            @Override
            public void step(String what) {}

            @Override
            public void transferred(String file, long done, long total) {
                server.breakOff("pool/a.deb", 20_000);
            }
        };
        Mirror broken = new Mirror(server.address(), downloads, ProxySelector.of(null), saboteur);
        assertThatThrownBy(() -> broken.fetch("a.deb", SIGNED, "pool/a.deb"))
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("the same command goes on where this one stopped");
        assertThat(part()).exists();
        assertThat(downloads.resolve(SIGNED.sha256())).doesNotExist();
    }

    @Test
    void withoutANetworkThereIsOneLine() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        Mirror nobody = new Mirror(
                URI.create("http://127.0.0.1:" + closed), downloads, ProxySelector.of(null), FetchProgress.NONE);
        assertThatThrownBy(() -> nobody.read("x"))
                .isInstanceOf(GuestException.class)
                .hasMessage("http://127.0.0.1:" + closed
                        + ": no connection to the mirror; check the network, or name another with --mirror");
        Mirror nowhere = new Mirror(
                URI.create("http://no-such-host.invalid"), downloads, ProxySelector.of(null), FetchProgress.NONE);
        assertThatThrownBy(() -> nowhere.read("x"))
                .isInstanceOf(GuestException.class)
                .hasMessageStartingWith("http://no-such-host.invalid: no network");
    }
}
