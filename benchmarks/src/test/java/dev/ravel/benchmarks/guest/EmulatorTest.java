package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.benchmarks.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulatorTest {
    @TempDir
    private Path folder;

    @Test
    void aQemuThatIsNamedByItsFileSaysItsVersion() throws Exception {
        Path qemu = script("qemu-system-riscv64-new", "QEMU emulator version 12.34.5 (Somebody 1:12.34.5+ds-1)");

        Emulator peer = Emulator.peer(qemu.toString(), "jit");

        assertThat(peer.name()).isEqualTo("qemu 12.34.5");
        assertThat(peer.bareMetal(Path.of("x.elf"))).startsWith(qemu.toString()).contains("x.elf");
    }

    @Test
    void oneThatDoesNotIsRefused() throws Exception {
        Path qemu = script("qemu-system-riscv64", "no such library");

        assertThatThrownBy(() -> Emulator.peer(qemu.toString(), "jit"))
                .isInstanceOf(BenchException.class)
                .hasMessage(qemu + " --version: QEMU's version was expected, not no such library");
    }

    @Test
    void anyOtherFileIsALauncher() throws Exception {
        Path launcher = script("ravel", "");

        assertThat(Emulator.peer(launcher.toString(), "interp"))
                .isEqualTo(new Emulator.Ravel("other interp", launcher, "interp"));
    }

    private Path script(String name, String says) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\necho '" + says + "'\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
