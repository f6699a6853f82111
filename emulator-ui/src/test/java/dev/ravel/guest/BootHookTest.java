package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script that gives a new kernel to Ravel, run by the host's shell on a small system of its own, with commands of the
 * test's in the place of {@code mount} and {@code umount}.
 */
@EnabledOnOs(OS.LINUX)
class BootHookTest {
    @TempDir
    private Path dir;

    private Path system;
    private Path commands;
    private Path share;
    private String printed = "";

    @BeforeEach
    void makeSystem() throws Exception {
        system = dir.resolve("system");
        commands = Files.createDirectories(dir.resolve("commands"));
        Files.createDirectories(system.resolve("boot"));
        Files.createDirectories(system.resolve("run"));
        share = dir.resolve("share");
        Path drafts = Files.createDirectories(dir.resolve("first"));
        new BootFolder(share)
                .make(
                        Files.writeString(drafts.resolve("kernel"), "kernel 6.9"),
                        Files.writeString(drafts.resolve("initrd"), "initrd 6.9"),
                        "6.9-riscv64");
        install("6.9");
        // The folder of the host appears in the place where it is mounted.
        command("mount", "for last; do :; done; rmdir \"$last\" && ln -s '" + share + "' \"$last\"");
        command("umount", "rm \"$1\" && mkdir \"$1\"");
    }

    private void command(String name, String script) throws IOException {
        Path file = commands.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void install(String version) throws IOException {
        String name = version + "-riscv64";
        Files.createDirectories(system.resolve("lib/modules/" + name));
        Files.writeString(system.resolve("boot/vmlinux-" + name), "kernel " + version);
        Files.writeString(system.resolve("boot/initrd.img-" + name), "initrd " + version);
    }

    private int runHook() throws Exception {
        Path script = dir.resolve("hook");
        Files.write(script, Initramfs.resource("installer/boot-hook"));
        Path output = dir.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString(), "6.9-riscv64")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("RAVEL_ROOT", system.toString());
        builder.environment().put("PATH", commands + ":" + System.getenv("PATH"));
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        printed = Files.readString(output, StandardCharsets.UTF_8);
        // Whatever it did, nothing is left mounted.
        try (var left = Files.list(system.resolve("run"))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("ravel-boot.lock");
        }
        return process.exitValue();
    }

    private void assertBooted(String version) throws GuestException {
        BootFolder.Images images = new BootFolder(share).images();
        assertThat(images.version()).isEqualTo(version + "-riscv64");
        assertThat(images.kernel()).hasContent("kernel " + version);
        assertThat(images.initrd()).hasContent("initrd " + version);
    }

    @Test
    void theNewestKernelIsBootedNextAndTheOneBeforeIsKept() throws Exception {
        install("6.10");
        assertThat(runHook()).as(printed).isZero();
        assertThat(printed).isEqualTo("ravel: the next boot is by Linux 6.10-riscv64\n");
        assertBooted("6.10");
        assertThat(share.resolve("kernel-a")).hasContent("kernel 6.9");
        install("6.11");
        assertThat(runHook()).as(printed).isZero();
        assertBooted("6.11");
        assertThat(share.resolve("kernel-b")).hasContent("kernel 6.10");
        try (var files = Files.list(share)) {
            assertThat(files).hasSize(5);
        }
    }

    @Test
    void aNewInitramfsOfTheSameKernelIsBootedNext() throws Exception {
        Files.writeString(system.resolve("boot/initrd.img-6.9-riscv64"), "another initrd");
        assertThat(runHook()).as(printed).isZero();
        BootFolder.Images images = new BootFolder(share).images();
        assertThat(images.initrd()).hasContent("another initrd");
        assertThat(images.kernel()).hasContent("kernel 6.9");
    }

    @Test
    void whatIsBootedAlreadyIsNotCopiedAgain() throws Exception {
        assertThat(runHook()).as(printed).isZero();
        assertThat(printed).isEmpty();
        assertThat(share.resolve("kernel-b")).doesNotExist();
    }

    @Test
    void aKernelWithoutInitramfsOrModulesIsNotTaken() throws Exception {
        install("6.10");
        install("6.11");
        Files.delete(system.resolve("boot/initrd.img-6.10-riscv64"));
        Files.delete(system.resolve("lib/modules/6.11-riscv64"));
        assertThat(runHook()).as(printed).isZero();
        assertBooted("6.9");
    }

    @Test
    void aKernelThatWasRemovedIsNotBootedAnyMore() throws Exception {
        install("6.10");
        runHook();
        Files.delete(system.resolve("boot/vmlinux-6.10-riscv64"));
        assertThat(runHook()).as(printed).isZero();
        assertBooted("6.9");
    }

    @Test
    void withoutTheShareNothingHappens() throws Exception {
        command("mount", "echo 'special device ravel.boot does not exist' >&2; exit 32");
        install("6.10");
        assertThat(runHook()).as(printed).isZero();
        assertThat(printed).isEmpty();
        assertBooted("6.9");
    }

    @Test
    void aFullHostDiskIsToldAndTheKernelBeforeIsBooted() throws Exception {
        command("cp", "printf half >\"$2\"; echo 'cp: No space left on device' >&2; exit 1");
        install("6.10");
        assertThat(runHook()).isEqualTo(1);
        assertThat(printed)
                .endsWith("ravel: Linux 6.10-riscv64 was not given to Ravel; the next boot is by the kernel before\n");
        assertBooted("6.9");
    }

    /** At each command that it waits for, it is killed; what is booted is then one of both, and whole. */
    @Test
    void whereverItIsKilledOneOfBothIsBootedAndTheNextRunGoesOn() throws Exception {
        install("6.10");
        for (String at : Set.of("cp", "sync", "mv")) {
            for (int call = 1; call <= 4; call++) {
                kill(at, call);
            }
        }
        assertThat(runHook()).as(printed).isZero();
        assertBooted("6.10");
    }

    /** Kills the script before or after a call of a command, the first by odd numbers. */
    private void kill(String at, int call) throws Exception {
        Path count = dir.resolve("count");
        Files.deleteIfExists(count);
        command(
                at,
                "echo . >>'" + count + "'; [ $(wc -l <'" + count + "') -lt " + (call + 1) / 2 + " ] || { "
                        + (call % 2 == 0 ? "/bin/" + at + " \"$@\"; " : "") + "kill -9 $PPID; exit; }; exec /bin/" + at
                        + " \"$@\"");
        Path script = dir.resolve("hook");
        Files.write(script, Initramfs.resource("installer/boot-hook"));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("killed").toFile());
        builder.environment().put("RAVEL_ROOT", system.toString());
        builder.environment().put("PATH", commands + ":" + System.getenv("PATH"));
        assertThat(builder.start().waitFor(120, TimeUnit.SECONDS)).isTrue();
        Files.delete(commands.resolve(at));
        assertBooted(new BootFolder(share).images().version().replace("-riscv64", ""));
        try (var left = Files.list(system.resolve("run"))) {
            left.filter(file -> !file.endsWith("ravel-boot.lock")).forEach(BootHookTest::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
