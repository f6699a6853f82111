package dev.ravel.benchmarks.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.benchmarks.guest.CrossCompiler;
import dev.ravel.benchmarks.guest.Emulator;
import dev.ravel.benchmarks.guest.GuestProgram;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import dev.ravel.benchmarks.guest.Outcome;
import dev.ravel.benchmarks.guest.Place;
import dev.ravel.benchmarks.guest.Programs;
import dev.ravel.benchmarks.guest.RecordedConsole;
import dev.ravel.disk.ImageFormat;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestCatalog;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.DiskConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that measure a disk, shortened to a few rounds. */
class DiskProgramTest {
    private static final int ROUNDS = 30;
    private static final int SIZE = 8 << 20;

    @TempDir
    private Path folder;

    @Test
    void theyReadAndWriteWhatTheyReadAndWriteOnQemu() throws Exception {
        assumeTrue(CrossCompiler.find().isPresent(), "no cross compiler for riscv64");
        Optional<Guest> debian = GuestCatalog.ofUser().find("debian");
        assumeTrue(debian.isPresent(), "the guest debian is not fetched");
        Optional<Path> qemu = Programs.onPath(Emulator.QEMU);
        assumeTrue(qemu.isPresent(), "no QEMU");
        Guest guest = debian.get();
        for (GuestProgram program : GuestProgram.ofDisks()) {
            Path file = folder.resolve(Place.DEBIAN.fileName(program, Length.SHORT));
            CrossCompiler.require().build(program, Place.DEBIAN, ROUNDS, file);
        }
        Path initramfs = folder.resolve("initramfs");
        DiskBench.pack(guest, folder, initramfs);
        Path ours = folder.resolve("ours");
        Path theirs = folder.resolve("theirs");
        DiskBench.make(ours, ImageFormat.RAW, SIZE);
        Files.copy(ours, theirs);
        byte[] before = Files.readAllBytes(ours);

        Emulator emulator = new Emulator.Qemu("qemu", qemu.get());
        List<String> command = new ArrayList<>(emulator.linux(guest.kernel(), initramfs, DiskBench.commandLine(guest)));
        command.addAll(emulator.disk(theirs, "raw"));
        List<String> lines = new ArrayList<>();
        // Both boot at once.
        CompletableFuture<Programs.Result> reference = CompletableFuture.supplyAsync(
                () -> Programs.follow(command, folder, Duration.ofMinutes(2), (process, line) -> lines.add(line)));

        Map<String, String> checksums = checksums(RecordedConsole.of(Machine.builder()
                .memory(512 << 20)
                .engine("jit")
                .kernel(guest.kernel())
                .initrd(initramfs)
                .append(DiskBench.commandLine(guest))
                .add(new DiskConfig(ours, false))));

        Programs.Result result = reference.join();
        assertThat(result.status()).as(result.output()).isZero();
        assertThat(result.output().lines()).isEqualTo(lines);
        assertThat(checksums).hasSize(3).isEqualTo(checksums(result.output()));
        byte[] after = Files.readAllBytes(ours);
        assertThat(after).isEqualTo(Files.readAllBytes(theirs));
        assertThat(Arrays.mismatch(before, after))
                .as("the first byte that was written")
                .isEqualTo(SIZE / 2);
    }

    private static Map<String, String> checksums(String console) {
        Map<String, String> checksums = new TreeMap<>();
        Outcome.parse(console).forEach((program, outcome) -> checksums.put(program.title(), outcome.checksum()));
        return checksums;
    }
}
