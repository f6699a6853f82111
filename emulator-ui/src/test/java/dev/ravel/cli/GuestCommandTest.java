package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GuestCommandTest {
    @TempDir
    private Path folder;

    private RavelProcess ravel() {
        return new RavelProcess(folder)
                .with("XDG_DATA_HOME", folder.resolve("data"))
                .with("XDG_CACHE_HOME", folder.resolve("cache"));
    }

    @ParameterizedTest
    @MethodSource
    void anInstallationThatCannotBeIsOneLineAndLeavesNothing(List<String> arguments, int status, String message)
            throws Exception {
        RavelProcess ravel = ravel();
        String[] command =
                Stream.concat(Stream.of("guest", "create"), arguments.stream()).toArray(String[]::new);
        assertThat(ravel.run(command)).isEqualTo(status);
        assertThat(ravel.errors().lines().toList().getLast())
                .startsWith("ravel: ")
                .contains(message);
        assertThat(ravel.errors()).doesNotContain("\tat ");
        Path guests = folder.resolve("data/ravel/guests");
        if (Files.exists(guests)) {
            assertThat(guests).isEmptyDirectory();
        }
    }

    static Stream<Arguments> anInstallationThatCannotBeIsOneLineAndLeavesNothing() {
        return Stream.of(
                Arguments.of(List.of("deb"), 2, "Missing required option: '--size=SIZE'"),
                Arguments.of(List.of("deb", "--size", "much"), 2, "'much' is not a size"),
                Arguments.of(List.of("hello", "--size", "4G"), 1, "there is a guest hello already"),
                Arguments.of(List.of("my.deb", "--size", "4G"), 1, "'my.deb' cannot be a guest's name"),
                Arguments.of(
                        List.of("deb", "--size", "4G", "--mirror", "http://127.0.0.1:1/debian"),
                        1,
                        "no connection to the mirror"));
    }

    @Test
    void anInstalledGuestIsListedCannotBeFetchedAndCanBeRemoved() throws Exception {
        Path guest = Files.createDirectories(folder.resolve("data/ravel/guests/mine"));
        for (String file : List.of("disk.qcow2", "kernel", "initrd")) {
            Files.writeString(guest.resolve(file), "");
        }
        Files.writeString(guest.resolve("guest.properties"), "suite=trixie\nkernelVersion=6.12\ncommandLine=x\n");
        RavelProcess ravel = ravel();
        assertThat(ravel.run("guest", "list")).isZero();
        assertThat(ravel.output().lines()).anyMatch(line -> line.matches("mine +trixie 6.12 +installed on a disk.*"));
        assertThat(ravel.run("guest", "fetch", "mine")).isEqualTo(1);
        assertThat(ravel.errors()).startsWith("ravel: guest mine is installed on its disk");
        assertThat(ravel.run("guest", "remove", "mine")).isZero();
        assertThat(guest).doesNotExist();
    }

    /** An installed guest, whose folder it can change what boots it in is as given. */
    private Path installed(String current) throws IOException {
        Path guest = Files.createDirectories(folder.resolve("data/ravel/guests/mine"));
        Path boot = Files.createDirectories(guest.resolve("boot"));
        Files.writeString(guest.resolve("disk.qcow2"), "");
        Files.writeString(boot.resolve("kernel-b"), "");
        Files.writeString(boot.resolve("initrd-b"), "");
        Files.writeString(boot.resolve("current"), current);
        Files.writeString(guest.resolve("guest.properties"), "suite=trixie\nkernelVersion=6.12\ncommandLine=x\n");
        return boot;
    }

    @Test
    void anInstalledGuestIsListedByTheKernelThatItBootsNext() throws Exception {
        installed("b 6.13\n");
        RavelProcess ravel = ravel();
        assertThat(ravel.run("guest", "list")).isZero();
        assertThat(ravel.output().lines()).anyMatch(line -> line.matches("mine +trixie 6.13 +installed on a disk.*"));
    }

    @Test
    void aGuestThatSpoiledWhatBootsItIsListedAndIsOneLineWhenItIsRun() throws Exception {
        Path boot = installed("b 6.13\n");
        Files.delete(boot.resolve("kernel-b"));
        Files.createSymbolicLink(boot.resolve("kernel-b"), boot.resolve("initrd-b"));
        RavelProcess ravel = ravel();
        assertThat(ravel.run("guest", "list")).isZero();
        assertThat(ravel.output().lines()).anyMatch(line -> line.matches("mine +has nothing to boot +installed.*"));
        assertThat(ravel.run("run", "mine", "--headless")).isEqualTo(1);
        assertThat(ravel.errors().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "ravel: " + boot.resolve("kernel-b") + ": is no regular file; boot the guest with 'ravel run");
    }

    @Test
    void anInstalledGuestHasTheFolderOfItsKernelsAsAShareWhereASlotIsLeft() throws Exception {
        Path boot = installed("b 6.13\n");
        RavelProcess ravel = ravel();
        String share = folder + ",tag=ravel.boot";
        // Both have the tag, so one of them is refused: then it is there.
        assertThat(ravel.run("run", "mine", "--headless", "--share", share)).isEqualTo(1);
        assertThat(ravel.errors())
                .isEqualTo("ravel: --share " + boot
                        + ": another share has the tag 'ravel.boot'; give one of them another\n");
        String[] full = {"--input=tablet", "--input=keyboard", "--balloon=on", "--display=on"};
        List<List<String>> without = List.of(List.of(full), List.of("--deterministic"));
        for (List<String> options : without) {
            List<String> command = new ArrayList<>(List.of("run", "mine", "--headless", "--share", share));
            command.addAll(options);
            assertThat(ravel.run(command.toArray(String[]::new))).isEqualTo(1);
            assertThat(ravel.errors()).contains("the file is empty");
        }
    }
}
