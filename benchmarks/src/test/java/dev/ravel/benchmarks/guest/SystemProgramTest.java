package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestCatalog;
import dev.ravel.machine.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that measure a kernel, shortened to a few rounds. */
class SystemProgramTest {
    private static final int ROUNDS = 30;
    private static final List<GuestProgram> PROGRAMS =
            GuestProgram.workers().stream().filter(GuestProgram::needsKernel).toList();

    @TempDir
    private Path folder;

    @BeforeEach
    void build() {
        assumeTrue(CrossCompiler.find().isPresent(), "no cross compiler for riscv64");
        for (GuestProgram program : PROGRAMS) {
            Path file = folder.resolve(Place.DEBIAN.fileName(program, Length.SHORT));
            CrossCompiler.require().build(program, Place.DEBIAN, ROUNDS, file);
        }
    }

    @Test
    void theyRunUnderDebianOnly() {
        assertThat(GuestProgram.workers(Place.BARE)).doesNotContainAnyElementsOf(PROGRAMS);
        assertThat(GuestProgram.workers(Place.DEBIAN)).containsAll(PROGRAMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "jit"})
    void underDebianTheyComputeWhatTheyComputeOnQemu(String engine) throws Exception {
        Optional<Guest> guest = GuestCatalog.ofUser().find("debian");
        assumeTrue(guest.isPresent(), "the guest debian is not fetched");
        Optional<Path> qemu = Programs.onPath(Emulator.QEMU);
        assumeTrue(qemu.isPresent(), "no QEMU");
        Path kernel = guest.get().kernel();
        Path initramfs = folder.resolve("initramfs");
        BenchInitramfs.write(PROGRAMS, Length.SHORT, folder, guest.get().initrd(), initramfs);
        String commandLine = guest.get().commandLine() + " quiet rdinit=" + BenchInitramfs.INIT;

        Map<String, String> checksums = checksums(RecordedConsole.of(Machine.builder()
                .memory(512 << 20)
                .engine(engine)
                .kernel(kernel)
                .initrd(initramfs)
                .append(commandLine)));

        List<String> command = new Emulator.Qemu("qemu", qemu.get()).linux(kernel, initramfs, commandLine);
        assertThat(checksums)
                .hasSize(PROGRAMS.size())
                .isEqualTo(checksums(
                        Programs.run(command, folder, Duration.ofMinutes(1)).output()));
    }

    private static Map<String, String> checksums(String console) {
        Map<String, String> checksums = new TreeMap<>();
        Outcome.parse(console).forEach((program, outcome) -> checksums.put(program.title(), outcome.checksum()));
        return checksums;
    }
}
