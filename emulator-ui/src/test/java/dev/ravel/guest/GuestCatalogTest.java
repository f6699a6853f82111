package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestCatalogTest {
    private static final String TRIXIE_KERNEL = "pool/trixie/linux-image-" + FakeDebian.VERSION + ".deb";

    @TempDir
    private Path dir;

    private final SigningKey key = new SigningKey();
    private final FakeMirror.Heard heard = new FakeMirror.Heard();
    private FakeMirror mirror;
    private Path cache = Path.of("");
    private GuestCatalog catalog;
    private boolean checkValidUntil = true;

    @BeforeEach
    void start() throws IOException {
        mirror = new FakeMirror();
        cache = dir.resolve("cache");
        Path keyring = key.keyring(dir.resolve("key.gpg"));
        catalog = new GuestCatalog(
                cache,
                wish -> new FetchSettings(
                        List.of(mirror.address()),
                        List.of(keyring),
                        checkValidUntil,
                        ProxySelector.of(null),
                        FetchSettings.SUITES,
                        Instant::now));
    }

    @AfterEach
    void stop() {
        mirror.close();
    }

    private Guest fetch() throws GuestException {
        return catalog.fetch("debian", Optional.empty(), heard);
    }

    private Guest require() throws GuestException {
        return catalog.require("debian", Optional.empty(), heard);
    }

    private static void isWhole(Guest guest, String suite) throws IOException {
        assertThat(guest.suite()).isEqualTo(suite);
        assertThat(guest.kernelVersion()).isEqualTo(FakeDebian.VERSION);
        assertThat(guest.commandLine()).isEqualTo("console=ttyS0 cryptomgr.notests");
        assertThat(guest.kernel()).hasBinaryContent(FakeDebian.KERNEL);
        assertThat(fileOfInitrd(guest, "lib/modules/" + FakeDebian.VERSION + "/modules.dep"))
                .isEqualTo(FakeDebian.dependencies());
    }

    private static String fileOfInitrd(Guest guest, String name) throws IOException {
        try (CpioArchiveInputStream in =
                new CpioArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(guest.initrd())))) {
            for (CpioArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                if (e.getName().equals(name)) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        }
        throw new AssertionError("no " + name);
    }

    /** Names in the cache, without those below guests' folders. */
    private List<String> cached() throws IOException {
        try (Stream<Path> files = Files.walk(cache, 2)) {
            return files.map(f -> cache.relativize(f).toString())
                    .filter(f -> f.contains("/"))
                    .toList();
        }
    }

    @Test
    void aGuestIsMadeOfAKernelInOnePackage() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        isWhole(fetch(), "trixie");
    }

    @Test
    void aGuestIsMadeOfAKernelInPieces() throws Exception {
        FakeDebian.publishPieces(mirror, "trixie", key);
        isWhole(fetch(), "trixie");
    }

    @Test
    void nothingOfAFetchIsLeftButTheGuest() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        Guest guest = fetch();
        String folder = guest.kernel().getParent().getFileName().toString();
        assertThat(cached()).containsExactlyInAnyOrder("guests/" + folder, "guests/debian.properties");
    }

    @Test
    void aGuestInTheCacheNeedsNoMirror() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        assertThat(catalog.find("debian")).isEmpty();
        assertThat(catalog.list()).singleElement().matches(e -> e.installed().isEmpty());
        Guest guest = require();
        mirror.close();
        assertThat(require()).isEqualTo(guest);
        assertThat(catalog.find("debian")).hasValue(guest);
        assertThat(catalog.list()).singleElement().matches(e -> e.installed().isPresent());
    }

    @Test
    void fetchingAgainBringsNothingWhenNothingChanged() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        Guest guest = fetch();
        mirror.requests.clear();
        assertThat(fetch()).isEqualTo(guest);
        assertThat(mirror.paths()).noneMatch(path -> path.startsWith("pool/"));
        assertThat(heard.steps).contains("debian is up to date");
    }

    @Test
    void fetchingAgainReplacesAnOlderGuest() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        Guest before = fetch();
        FakeDebian.publishPieces(mirror, "trixie", key);
        Guest after = fetch();
        isWhole(after, "trixie");
        assertThat(after.kernel()).isNotEqualTo(before.kernel());
        assertThat(before.kernel()).doesNotExist();
    }

    @Test
    void theNextSuiteIsTakenWhenTheIndexIsNotWhatWasSigned() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        FakeDebian.publishPieces(mirror, "forky", key);
        byte[] index = mirror.get("dists/trixie/" + FakeDebian.INDEX);
        mirror.remove("dists/trixie/main/binary-riscv64/by-hash/SHA256/" + FakeDebian.sha256(index));
        mirror.put("dists/trixie/" + FakeDebian.INDEX, Arrays.copyOf(index, index.length - 4));
        isWhole(fetch(), "forky");
        assertThat(heard.steps)
                .anyMatch(s -> s.contains("the package index of trixie is not what was signed")
                        && s.contains("half-synchronised"));
    }

    @Test
    void anIndexUnderItsHashIsTakenWhenTheOtherIsNewer() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        mirror.put("dists/trixie/" + FakeDebian.INDEX, "a newer one");
        isWhole(fetch(), "trixie");
    }

    @Test
    void theNextSuiteIsTakenWhenAPackageIsNotWhatWasSigned() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        FakeDebian.publishPieces(mirror, "forky", key);
        byte[] deb = mirror.get(TRIXIE_KERNEL).clone();
        deb[deb.length / 2]++;
        mirror.put(TRIXIE_KERNEL, deb);
        isWhole(fetch(), "forky");
    }

    @Test
    void aMirrorWithoutAWholeSuiteIsNamedWithAllThatIsWrong() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        mirror.remove(TRIXIE_KERNEL);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("linux-image-" + FakeDebian.VERSION + ".deb is not what was signed")
                .hasMessageContaining("the mirror has no suite forky")
                .hasMessageEndingWith("try again later, or name another with --mirror")
                .message()
                .doesNotContain("\n");
        assertThat(catalog.find("debian")).isEmpty();
    }

    @Test
    void aBadSignatureStopsTheFetch() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", new SigningKey());
        FakeDebian.publishPieces(mirror, "forky", key);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("dists/trixie/InRelease: not signed by a key of this host's Debian keyring");
        String release = new String(mirror.get("dists/forky/InRelease"), StandardCharsets.UTF_8);
        mirror.put("dists/trixie/InRelease", release.replace("nothing else", "something else"));
        assertThatThrownBy(this::fetch).hasMessageContaining("dists/trixie/InRelease: the signature is bad");
        assertThat(mirror.paths()).containsExactly("dists/trixie/InRelease");
    }

    @Test
    void anotherSuitesReleaseIsNotTakenForThis() throws Exception {
        FakeDebian.publishPieces(mirror, "forky", key);
        mirror.put("dists/trixie/InRelease", mirror.get("dists/forky/InRelease"));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("dists/trixie/InRelease: is that of \"forky\"");
    }

    @Test
    void aSuiteWhoseTimeHasPassedIsTakenOnlyWhereTheHostDoesNotCheck() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        byte[] index = mirror.get("dists/trixie/" + FakeDebian.INDEX);
        mirror.put(
                "dists/trixie/InRelease",
                key.sign(FakeDebian.release(
                        "trixie",
                        "Valid-Until: Fri, 06 Nov 2020 08:08:01 UTC\n",
                        FakeDebian.sha256(index),
                        index.length)));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("was valid until 2020-11-06T08:08:01Z only");
        checkValidUntil = false;
        isWhole(fetch(), "trixie");
    }

    @Test
    void aTransferThatBreaksOffIsContinued() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        mirror.breakOff(TRIXIE_KERNEL, 1000);
        isWhole(fetch(), "trixie");
        assertThat(mirror.requests).anyMatch(r -> r.startsWith(TRIXIE_KERNEL + " bytes="));
    }

    @Test
    void aFailedUpdateLeavesTheGuestAsItWas() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        Guest guest = fetch();
        mirror.status("dists/trixie/InRelease", 500);
        assertThatThrownBy(this::fetch).isInstanceOf(GuestException.class);
        assertThat(catalog.find("debian")).hasValue(guest);
        isWhole(guest, "trixie");
    }

    @Test
    void packagesWithoutAKernelAreRefused() throws Exception {
        Map<String, byte[]> debs = new LinkedHashMap<>();
        StringBuilder index = new StringBuilder();
        FakeDebian.add(index, debs, "trixie", "linux-image-riscv64", "", Map.of());
        FakeDebian.add(index, debs, "trixie", "busybox-static", "", Map.of("./bin/busybox", FakeDebian.BUSYBOX));
        FakeDebian.publish(mirror, "trixie", key, index.toString(), debs, "");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(GuestException.class)
                .hasMessageStartingWith("the packages hold no kernel");
        assertThat(catalog.find("debian")).isEmpty();
    }

    @Test
    void threadsThatFetchAtOnceShareOneFetch() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Guest> task = () -> catalog.require("debian", Optional.empty(), FetchProgress.NONE);
            List<Future<Guest>> guests = threads.invokeAll(List.of(task, task, task, task));
            for (Future<Guest> guest : guests) {
                isWhole(guest.get(), "trixie");
            }
        }
        assertThat(mirror.requests).filteredOn(TRIXIE_KERNEL::equals).hasSize(1);
    }

    @Test
    void processesThatFetchAtOnceShareOneFetch() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            FetchMain.class.getName(),
                            cache.toString(),
                            mirror.address().toString(),
                            dir.resolve("key.gpg").toString())
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process process : processes) {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).contains("Guest[name=debian, suite=trixie");
        }
        isWhole(catalog.find("debian").orElseThrow(), "trixie");
        assertThat(mirror.requests).filteredOn(TRIXIE_KERNEL::equals).hasSize(1);
    }

    @Test
    void whatAKilledProcessLeftIsNeitherUsedNorKept() throws Exception {
        Path left = Files.createDirectories(cache.resolve("guests/debian-0123456789abcdef"));
        Files.write(left.resolve("kernel"), new byte[10]);
        Files.writeString(cache.resolve("guests/debian.properties.part"), "id=0");
        assertThat(catalog.find("debian")).isEmpty();
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        isWhole(fetch(), "trixie");
        assertThat(left).doesNotExist();
        assertThat(cached()).hasSize(2);
    }

    @Test
    void aGuestThatSomebodyDamagedIsFetchedAgain() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        Guest guest = fetch();
        Files.write(guest.kernel(), new byte[10]);
        assertThat(catalog.find("debian")).isEmpty();
        isWhole(require(), "trixie");
        Files.writeString(cache.resolve("guests/debian.properties"), "id=\\u12\n");
        assertThat(catalog.find("debian")).isEmpty();
        isWhole(require(), "trixie");
    }

    @Test
    void aGuestThatAnOlderRavelPackedIsPackedAnew() throws Exception {
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        Guest before = fetch();
        mirror.close();
        Path record = cache.resolve("guests/debian.properties");
        Path old = Files.write(before.initrd().resolveSibling("initrd-old"), new byte[5]);
        Files.writeString(
                record,
                Files.readString(record)
                        .replaceFirst("recipe=.*", "recipe=old")
                        .replaceFirst("initrd=.*", "initrd=initrd-old")
                        .replaceFirst("initrdSize=.*", "initrdSize=5"));
        Files.delete(before.initrd());
        Guest after = catalog.find("debian").orElseThrow();
        assertThat(after).isEqualTo(before);
        isWhole(after, "trixie");
        assertThat(old).doesNotExist();
    }

    @Test
    void aRemovedGuestIsGone() throws Exception {
        assertThat(catalog.remove("debian")).isFalse();
        assertThat(cache).doesNotExist();
        FakeDebian.publishOnePiece(mirror, "trixie", key);
        fetch();
        assertThat(catalog.remove("debian")).isTrue();
        assertThat(catalog.find("debian")).isEmpty();
        assertThat(cached()).isEmpty();
    }

    @Test
    void aGuestThatNobodyKnowsIsNamed() {
        assertThatThrownBy(() -> catalog.find("windows"))
                .isInstanceOf(GuestException.class)
                .hasMessage("no guest is called windows; there is: debian");
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(cache, "a file");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageEndingWith("set XDG_CACHE_HOME to another folder");
    }

    @Test
    void theUsersCacheIsWhereTheDesktopsRulesPutIt() {
        assertThat(GuestCache.ofUser(Map.of("XDG_CACHE_HOME", "/c"))).isEqualTo(Path.of("/c/ravel"));
        Path home = Path.of(System.getProperty("user.home"), ".cache", "ravel");
        assertThat(GuestCache.ofUser(Map.of())).isEqualTo(home);
        assertThat(GuestCache.ofUser(Map.of("XDG_CACHE_HOME", "relative"))).isEqualTo(home);
    }
}
