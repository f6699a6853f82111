package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.machine.config.ShareConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstalledGuestsTest {
    @TempDir
    private Path dir;

    private InstalledGuests guests() {
        return new InstalledGuests(dir.resolve("guests"));
    }

    private static Guest publish(InstalledGuests.Draft draft) throws IOException, GuestException {
        Files.createDirectories(draft.scratch());
        Files.writeString(draft.disk(), "disk");
        Path kernel = Files.writeString(draft.scratch().resolve("kernel"), "kernel");
        Path initrd = Files.writeString(draft.scratch().resolve("initrd"), "initrd");
        return draft.publish("trixie", "6.12", kernel, initrd, "root=/dev/vda");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve("guests"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> dir.resolve("guests").relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aGuestIsThereWhenItIsPublishedAndNotBefore() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("deb-1")) {
            Files.writeString(draft.disk(), "half");
            assertThat(guests().names()).isEmpty();
            Guest published = publish(draft);
            assertThat(guests().find("deb-1")).hasValue(published);
        }
        assertThat(guests().names()).containsExactly("deb-1");
        Guest guest = guests().find("deb-1").orElseThrow();
        assertThat(guest.suite()).isEqualTo("trixie");
        assertThat(guest.commandLine()).isEqualTo("root=/dev/vda");
        assertThat(guest.disk().orElseThrow()).hasContent("disk");
        assertThat(files())
                .containsExactly(
                        "deb-1/boot/current",
                        "deb-1/boot/initrd-a",
                        "deb-1/boot/kernel-a",
                        "deb-1/disk.qcow2",
                        "deb-1/guest.properties");
    }

    @Test
    void nothingIsLeftOfOneThatIsNotPublished() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            Files.writeString(draft.disk(), "half");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void whatAKilledProcessLeftIsNoGuestAndInNobodysWay() throws Exception {
        Path left = Files.createDirectories(dir.resolve("guests/.a.new"));
        Files.writeString(left.resolve("disk.qcow2"), "half");
        Files.writeString(dir.resolve("guests/.a.lock"), "");
        assertThat(guests().names()).isEmpty();
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            publish(draft);
        }
        assertThat(guests().names()).containsExactly("a");
    }

    @Test
    void aNameIsTakenByAGuestByOneThatIsBeingMadeAndByRavelsOwn() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            assertThatThrownBy(() -> guests().begin("a")).hasMessage("another Ravel is making the guest a just now");
            publish(draft);
        }
        for (String taken : List.of("a", "debian", "hello")) {
            assertThatThrownBy(() -> guests().begin(taken))
                    .as(taken)
                    .hasMessage("there is a guest " + taken + " already; take another name, or remove it first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a.b", "-a", "a-", "a/b", "..", "ä"})
    void aNameIsThatOfAHost(String name) throws Exception {
        assertThatThrownBy(() -> guests().begin(name)).hasMessageContaining("cannot be a guest's name");
        assertThat(guests().find(name)).isEmpty();
    }

    @Test
    void aGuestOfAnOlderReleaseBootsByWhatLiesBesideItsDisk() throws Exception {
        Path folder = Files.createDirectories(dir.resolve("guests/old"));
        for (String file : List.of("disk.qcow2", "kernel", "initrd")) {
            Files.writeString(folder.resolve(file), file);
        }
        Files.writeString(folder.resolve("guest.properties"), "suite=trixie\nkernelVersion=6.12\ncommandLine=x\n");
        Guest guest = guests().find("old").orElseThrow();
        assertThat(guest.kernel()).hasContent("kernel");
        assertThat(guest.initrd()).hasContent("initrd");
        assertThat(guest.kernelVersion()).isEqualTo("6.12");
        assertThat(guests().bootShare("old")).isEmpty();
    }

    @Test
    void whatTheGuestPutIntoItsFolderIsBooted() throws Exception {
        Path boot = publishAndFindBootFolder();
        Files.writeString(boot.resolve("kernel-b"), "newer kernel");
        Files.writeString(boot.resolve("initrd-b"), "newer initrd");
        assertThat(guests().find("a").orElseThrow().kernel()).hasContent("kernel");
        Files.writeString(boot.resolve("current"), "b 6.13+deb\n");
        Guest guest = guests().find("a").orElseThrow();
        assertThat(guest.kernel()).hasContent("newer kernel");
        assertThat(guest.initrd()).hasContent("newer initrd");
        assertThat(guest.kernelVersion()).isEqualTo("6.13+deb");
        ShareConfig share = guests().bootShare("a").orElseThrow();
        assertThat(share.folder()).isEqualTo(boot);
        assertThat(share.readOnly()).isFalse();
    }

    private Path publishAndFindBootFolder() throws IOException, GuestException {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            publish(draft);
        }
        return dir.resolve("guests/a/boot");
    }

    /** What a hostile guest could make of a file. */
    enum Spoiled {
        LINK("is no regular file") {
            @Override
            void spoil(Path file) throws Exception {
                Files.delete(file);
                Files.createSymbolicLink(file, Files.writeString(file.resolveSibling("elsewhere"), "a 6.12\n"));
            }
        },
        FOLDER("is no regular file") {
            @Override
            void spoil(Path file) throws Exception {
                Files.delete(file);
                Files.createDirectory(file);
            }
        },
        PIPE("is no regular file") {
            @Override
            void spoil(Path file) throws Exception {
                Files.delete(file);
                assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                        .isZero();
            }
        },
        MISSING("is missing") {
            @Override
            void spoil(Path file) throws Exception {
                Files.delete(file);
            }
        };

        private final String message;

        Spoiled(String message) {
            this.message = message;
        }

        abstract void spoil(Path file) throws Exception;
    }

    @EnabledOnOs({OS.LINUX, OS.MAC})
    @ParameterizedTest
    @EnumSource(Spoiled.class)
    @Timeout(
            value = 120,
            unit = TimeUnit.SECONDS,
            threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // A pipe has no end.
    void aGuestThatSpoilsWhatBootsItIsToldHowToGoOnAndCanBeRemoved(Spoiled spoiled) throws Exception {
        for (String name : List.of("current", "kernel-a", "initrd-a")) {
            Path boot = publishAndFindBootFolder();
            Path file = boot.resolve(name);
            spoiled.spoil(file);
            assertThatThrownBy(() -> guests().find("a"))
                    .isInstanceOf(GuestException.class)
                    .hasMessage(file + ": " + spoiled.message
                            + "; boot the guest with 'ravel run --kernel FILE --initrd FILE --append \"root=/dev/vda\""
                            + " --disk " + dir.resolve("guests/a/disk.qcow2") + " --share " + boot
                            + ",tag=ravel.boot', and run 'update-initramfs -u' there");
            assertThat(guests().names()).containsExactly("a");
            assertThat(guests().remove("a")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a 6.12", "c 6.12\n", "../kernel 6.12\n", "a 6.12\nb 6.12\n", "a ../6\n"})
    void whichKernelIsBootedIsToldByOneWholeLine(String line) throws Exception {
        Path current = publishAndFindBootFolder().resolve("current");
        Files.writeString(current, line);
        assertThatThrownBy(() -> guests().find("a"))
                .hasMessageStartingWith(current + ": does not say which kernel is booted; ");
    }

    @Test
    void oneThatIsAbandonedIsGoneAndWhoeverStillMakesItFindsNoFolder() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            Files.writeString(draft.disk(), "half");
            assertThat(draft.abandon()).isTrue();
            assertThat(dir.resolve("guests")).isEmptyDirectory();
            assertThatThrownBy(() -> Files.writeString(draft.disk(), "more")).isInstanceOf(NoSuchFileException.class);
            assertThat(draft.abandon()).isTrue();
        }
        assertThat(dir.resolve("guests")).isEmptyDirectory();
    }

    @Test
    void oneThatIsPublishedIsNotAbandonedAnyMore() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            publish(draft);
            assertThat(draft.abandon()).isFalse();
        }
        assertThat(guests().names()).containsExactly("a");
    }

    @Test
    void aGuestWithoutItsDiskIsNone() throws Exception {
        publishAndFindBootFolder();
        Files.delete(dir.resolve("guests/a/disk.qcow2"));
        assertThat(guests().names()).isEmpty();
    }

    @Test
    void removingAGuestDeletesItsDisk() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            publish(draft);
        }
        assertThat(guests().remove("a")).isTrue();
        assertThat(files()).isEmpty();
        assertThat(guests().remove("a")).isFalse();
    }

    @Test
    void theyAreInTheUsersDataFolder() throws Exception {
        assertThat(InstalledGuests.ofUser(Map.of("XDG_DATA_HOME", "/data"))).isEqualTo(Path.of("/data/ravel/guests"));
        assertThat(InstalledGuests.ofUser(Map.of("XDG_DATA_HOME", "data")).endsWith(".local/share/ravel/guests"))
                .isTrue();
        assertThat(new InstalledGuests(dir.resolve("none")).names()).isEmpty();
        assertThat(new InstalledGuests(dir.resolve("none")).find("a")).isEqualTo(Optional.empty());
    }
}
