package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installations from a mirror on this host, in machines that play the installer's part. */
class GuestInstallerTest {
    private static final long SIZE = 4L << 30;

    @TempDir
    private Path dir;

    private final SigningKey key = new SigningKey();
    private final FakeMirror.Heard heard = new FakeMirror.Heard();
    private FakeMirror mirror;
    private GuestCatalog catalog;
    private InstalledGuests installed;

    @BeforeEach
    void start() throws IOException {
        mirror = new FakeMirror();
        Path keyring = key.keyring(dir.resolve("key.gpg"));
        catalog = new GuestCatalog(
                dir.resolve("cache"),
                wish -> new FetchSettings(
                        List.of(mirror.address()),
                        List.of(keyring),
                        true,
                        ProxySelector.of(null),
                        FetchSettings.SUITES,
                        Instant::now));
        installed = new InstalledGuests(dir.resolve("guests"));
    }

    @AfterEach
    void stop() {
        mirror.close();
    }

    private Guest create(String name, long size, Optional<String> suite, InstallerMachine machine)
            throws GuestException {
        return new GuestInstaller(catalog, installed, machine)
                .create(new GuestInstaller.Wish(name, size, suite, Optional.empty()), heard);
    }

    private static void print(InstallerMachine.Output output, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.accept(bytes, 0, bytes.length);
    }

    /** An installer that comes to its end. */
    private static void succeed(InstallerMachine.Setup setup, InstallerMachine.Output output) {
        try {
            Files.writeString(setup.share().resolve("kernel"), "new kernel");
            Files.writeString(setup.share().resolve("initrd"), "new initrd");
            Files.writeString(setup.share().resolve("version"), "6.12-new\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        print(output, """
                [    0.1] a line of the kernel\r
                ravel: stage disk\r
                ravel: stage packages\r
                ravel: package 3\r
                ravel: stage install\r
                I: Unpacking libc6...\r
                I: Configuring libc6:riscv64...\r
                ravel: done\r
                """);
    }

    /** The installer's files: of those in both archives, the later. */
    private static Map<String, byte[]> files(Path initrd) {
        Map<String, byte[]> files = new HashMap<>();
        try {
            ByteArrayInputStream both = new ByteArrayInputStream(Files.readAllBytes(initrd));
            while (both.available() > 0) {
                both.mark(1);
                if (both.read() == 0) {
                    // Between archives, as the kernel reads them.
                    continue;
                }
                both.reset();
                CpioArchiveInputStream in = new CpioArchiveInputStream(both, 4);
                for (CpioArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                    files.put(e.getName(), in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static String text(Map<String, byte[]> files, String name) {
        return new String(files.get(name), StandardCharsets.UTF_8);
    }

    @Test
    void anInstalledGuestBootsFromItsDiskByTheKernelThatWasInstalled() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        Guest guest = create("deb", SIZE, Optional.empty(), GuestInstallerTest::succeed);
        assertThat(installed.find("deb")).hasValue(guest);
        assertThat(guest.suite()).isEqualTo("trixie");
        assertThat(guest.kernelVersion()).isEqualTo("6.12-new");
        assertThat(guest.kernel()).hasContent("new kernel");
        assertThat(guest.initrd()).hasContent("new initrd");
        assertThat(guest.commandLine()).matches("root=UUID=[0-9a-f-]{36} console=ttyS0 cryptomgr.notests");
        assertThat(dir.resolve("cache/downloads")).as("downloads").doesNotExist();
    }

    @Test
    void theMachineHasTheDiskDebootstrapsPlanAndThePackagesOfTheSuite() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        Map<String, byte[]> files = new HashMap<>();
        Map<String, String> plan = new HashMap<>();
        create("deb", SIZE, Optional.empty(), (setup, output) -> {
            files.putAll(files(setup.initrd()));
            String config = text(files, "installer/config");
            int port = Integer.parseInt(config.replaceAll("(?s).*server=http://10\\.0\\.2\\.2:(\\d+)\n.*", "$1"));
            String hash = text(files, "installer/packages").split(" ")[0];
            try (InputStream in = URI.create("http://127.0.0.1:" + port + "/" + hash)
                            .toURL()
                            .openStream();
                    TarArchiveInputStream tar =
                            new TarArchiveInputStream(new ByteArrayInputStream(files.get("installer/plan.tar")))) {
                assertThat(FakeDebian.sha256(in.readAllBytes())).isEqualTo(hash);
                assertThatThrownBy(() -> URI.create("http://127.0.0.1:" + port + "/../../key.gpg")
                                .toURL()
                                .openStream()
                                .close())
                        .isInstanceOf(IOException.class);
                for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
                    plan.put(e.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                }
                assertThat(Files.readString(setup.disk(), StandardCharsets.ISO_8859_1))
                        .startsWith("QFI");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            succeed(setup, output);
        });
        assertThat(text(files, "etc/inittab")).contains("installer/install");
        assertThat(text(files, "installer/config"))
                .contains("name=deb\n", "suite='trixie'", "mirror='" + mirror.address());
        assertThat(plan.get("debootstrap/required")).isEqualTo("base-files libc6\n");
        assertThat(plan.get("debootstrap/base"))
                .startsWith("apt systemd-sysv udev ")
                .contains("linux-image-" + FakeDebian.VERSION);
        assertThat(plan.get("debootstrap/debpaths"))
                .contains("base-files /var/cache/apt/archives/base-files_6.1.2-1_riscv64.deb\n");
        String index = plan.keySet().stream()
                .filter(name -> name.startsWith("var/lib/apt/lists/127.0.0.1:"))
                .findFirst()
                .orElseThrow();
        assertThat(index).endsWith("_debian_dists_trixie_main_binary-riscv64_Packages");
        assertThat(plan.get(index))
                .contains("Package: libc6\n", " long: not a field\n")
                .doesNotContain("busybox-static");
    }

    /** The lines of the new system's sources. */
    private String sources() throws GuestException {
        Map<String, byte[]> files = new HashMap<>();
        create("deb", SIZE, Optional.empty(), (setup, output) -> {
            files.putAll(files(setup.initrd()));
            succeed(setup, output);
        });
        return text(files, "installer/sources.list").replace(mirror.address().toString(), "MIRROR");
    }

    @Test
    void theNewSystemsAptFetchesUpdatesAndSecurityUpdatesToo() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        FakeDebian.publishEmpty(mirror, "", "trixie-updates", key);
        FakeDebian.publishEmpty(mirror, "/debian-security/", "trixie-security", key);
        assertThat(sources()).isEqualTo("""
                deb MIRROR trixie main
                deb MIRROR trixie-updates main
                deb MIRROR-security trixie-security main
                """);
        assertThat(heard.steps).noneMatch(step -> step.contains("goes without"));
    }

    @Test
    void updatesThatTheMirrorHasNotOrNotWholeAreLeftOutAndToldOf() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        FakeDebian.publishEmpty(mirror, "", "trixie-updates", key);
        mirror.put("dists/trixie-updates/" + FakeDebian.INDEX, "something else");
        mirror.removeBelow("dists/trixie-updates/main/binary-riscv64/by-hash/");
        assertThat(sources()).isEqualTo("deb MIRROR trixie main\n");
        assertThat(heard.steps)
                .contains(
                        mirror.address() + ": the package index of trixie-updates is not what was signed"
                                + " (dists/trixie-updates/" + FakeDebian.INDEX + "): the mirror is half-synchronised;"
                                + " the guest's apt goes without trixie-updates",
                        mirror.address() + "-security: the mirror has no suite trixie-security;"
                                + " the guest's apt goes without trixie-security");
    }

    @Test
    void updatesThatSomebodyElseSignedAreLeftOut() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        FakeDebian.publishEmpty(mirror, "", "trixie-updates", new SigningKey());
        assertThat(sources()).isEqualTo("deb MIRROR trixie main\n");
        assertThat(heard.steps).anyMatch(step -> step.endsWith("the guest's apt goes without trixie-updates"));
    }

    @Test
    void theNewSystemGetsTheScriptThatGivesItsKernelsToRavel() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        create("deb", SIZE, Optional.empty(), (setup, output) -> {
            assertThat(text(files(setup.initrd()), "installer/boot-hook")).startsWith("#!/bin/sh\n");
            succeed(setup, output);
        });
        assertThat(installed.bootShare("deb").orElseThrow().tag()).isEqualTo("ravel.boot");
    }

    @Test
    void whatTheInstallerDoesIsToldAsProgress() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        create("deb", SIZE, Optional.empty(), GuestInstallerTest::succeed);
        assertThat(heard.steps).containsSubsequence("formatting the disk", "installing all packages");
        assertThat(heard.transfers)
                .contains("copying packages 3/15", "installing libc6 1/30", "configuring libc6:riscv64 2/30");
    }

    @Test
    void ofAnInstallationThatFailsNothingIsLeftButWhatItPrinted() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        assertThatThrownBy(() -> create(
                        "deb",
                        SIZE,
                        Optional.empty(),
                        (setup, output) ->
                                print(output, "ravel: stage disk\nravel: failed the disk cannot be formatted\n")))
                .isInstanceOf(GuestException.class)
                .hasMessage("the installation failed: the disk cannot be formatted; " + dir.resolve("guests/.deb.log")
                        + " is what the installer printed");
        assertThat(dir.resolve("guests/.deb.log")).content().contains("cannot be formatted");
        assertThat(installed.names()).isEmpty();
        assertThat(dir.resolve("guests/.deb.new")).doesNotExist();
    }

    @Test
    void aMachineThatIsSwitchedOffInBetweenLeavesNoGuest() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        assertThatThrownBy(() -> create(
                        "deb",
                        SIZE,
                        Optional.empty(),
                        (setup, output) -> print(output, "ravel: stage install\nI: Unpacking libc6...\n")))
                .hasMessageStartingWith("the installation failed: the machine ended while installing all packages");
        assertThat(installed.names()).isEmpty();
    }

    @Test
    void theNextSuiteIsTakenWhereAPackageIsNotWhatWasSigned() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        FakeDebian.publishSystem(mirror, "forky", key);
        mirror.put("pool/trixie/udev.deb", "something else");
        assertThat(create("deb", SIZE, Optional.empty(), GuestInstallerTest::succeed)
                        .suite())
                .isEqualTo("forky");
    }

    @Test
    void theUserChoosesTheSuite() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        FakeDebian.publishSystem(mirror, "forky", key);
        assertThat(create("deb", SIZE, Optional.of("forky"), GuestInstallerTest::succeed)
                        .suite())
                .isEqualTo("forky");
        assertThatThrownBy(() -> create("deb2", SIZE, Optional.of("sid"), GuestInstallerTest::succeed))
                .hasMessageContaining("the mirror has no suite sid");
    }

    @Test
    void aDiskThatIsTooSmallIsRefusedBeforeAnythingIsFetchedForIt() throws Exception {
        FakeDebian.publishSystem(mirror, "trixie", key);
        assertThatThrownBy(() -> create("deb", 64L << 20, Optional.empty(), GuestInstallerTest::succeed))
                .hasMessageMatching("--size 64M is too small: Debian trixie needs \\d+M at least");
        assertThat(mirror.paths()).doesNotContain("pool/trixie/udev.deb");
        assertThat(installed.names()).isEmpty();
    }
}
