package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
                .containsExactly("deb-1/disk.qcow2", "deb-1/guest.properties", "deb-1/initrd", "deb-1/kernel");
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
    void aNameIsThatOfAHost(String name) {
        assertThatThrownBy(() -> guests().begin(name)).hasMessageContaining("cannot be a guest's name");
        assertThat(guests().find(name)).isEmpty();
    }

    @Test
    void aGuestThatLacksAFileIsNone() throws Exception {
        try (InstalledGuests.Draft draft = guests().begin("a")) {
            Files.delete(publish(draft).initrd());
        }
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
    void theyAreInTheUsersDataFolder() {
        assertThat(InstalledGuests.ofUser(Map.of("XDG_DATA_HOME", "/data"))).isEqualTo(Path.of("/data/ravel/guests"));
        assertThat(InstalledGuests.ofUser(Map.of("XDG_DATA_HOME", "data")).endsWith(".local/share/ravel/guests"))
                .isTrue();
        assertThat(new InstalledGuests(dir.resolve("none")).names()).isEmpty();
        assertThat(new InstalledGuests(dir.resolve("none")).find("a")).isEqualTo(Optional.empty());
    }
}
