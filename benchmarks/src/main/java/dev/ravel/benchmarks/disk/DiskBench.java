package dev.ravel.benchmarks.disk;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.guest.BenchInitramfs;
import dev.ravel.benchmarks.guest.CrossCompiler;
import dev.ravel.benchmarks.guest.Emulator;
import dev.ravel.benchmarks.guest.GuestProgram;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import dev.ravel.benchmarks.guest.Outcome;
import dev.ravel.benchmarks.guest.Place;
import dev.ravel.benchmarks.guest.Programs;
import dev.ravel.benchmarks.guest.Row;
import dev.ravel.benchmarks.guest.Samples;
import dev.ravel.disk.DiskImages;
import dev.ravel.disk.ImageFormat;
import dev.ravel.disk.NewDisk;
import dev.ravel.guest.Guest;
import dev.ravel.host.BlockBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Boots a guest with a disk on one emulator after the other and has it read and write. The programs run twice in each boot,
 * and the second time counts: what is compared is disks, not how soon a translator has warmed up.
 */
final class DiskBench {
    private static final List<GuestProgram> PROGRAMS = GuestProgram.ofDisks();
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String BEGIN = "begin ";
    private static final int CHUNK = 1 << 20;

    private final List<Emulator> emulators;
    private final int runs;
    private final Guest guest;
    private final Path folder;
    private final Path initramfs;

    /** Builds the programs into a folder of its own. */
    DiskBench(List<Emulator> emulators, int runs, Guest guest, Path folder) {
        this.emulators = List.copyOf(emulators);
        this.runs = runs;
        this.guest = guest;
        this.folder = folder;
        this.initramfs = folder.resolve("initramfs").toAbsolutePath();
        CrossCompiler.require().build(PROGRAMS, Place.DEBIAN, Length.SHORT, folder);
        try {
            pack(guest, folder, initramfs);
        } catch (IOException e) {
            throw new BenchException("cannot pack the programs for " + guest.name() + ": " + e, e);
        }
    }

    /** Packs the programs that are in a folder, and what runs them. */
    static void pack(Guest guest, Path executables, Path to) throws IOException {
        List<String> script = new ArrayList<>(List.of(
                "mount -t devtmpfs devtmpfs /dev", "mount -t proc proc /proc", "modprobe -a virtio_mmio virtio_blk"));
        for (int pass = 0; pass < 2; pass++) {
            for (GuestProgram program : PROGRAMS) {
                script.add("echo " + BEGIN + program.title());
                script.add(BenchInitramfs.path(program, Length.SHORT));
            }
        }
        BenchInitramfs.write(script, PROGRAMS, Length.SHORT, executables, guest.initrd(), to);
    }

    /** What a kernel is told, so that it runs what is packed. */
    static String commandLine(Guest guest) {
        return guest.commandLine() + " quiet rdinit=" + BenchInitramfs.INIT;
    }

    /**
     * Makes a disk that is full of the same noise each time.
     *
     * @param size bytes, a multiple of 1 MiB
     */
    static void make(Path image, ImageFormat format, long size) throws IOException {
        new NewDisk(image, format, OptionalLong.of(size), Optional.empty()).make();
        Random noise = new Random(1);
        byte[] chunk = new byte[CHUNK];
        try (BlockBackend disk = DiskImages.open(image, false, Optional.of(format), false)) {
            for (long at = 0; at < size; at += CHUNK) {
                noise.nextBytes(chunk);
                disk.write(at, ByteBuffer.wrap(chunk));
            }
            disk.flush();
        }
    }

    /** Measures with a disk of so many bytes. */
    List<DiskRow> measure(ImageFormat format, long size) {
        Path image = folder.resolve("disk." + format.label()).toAbsolutePath();
        try {
            make(image, format, size);
            try {
                return measure(format, image);
            } finally {
                Files.delete(image);
            }
        } catch (IOException e) {
            throw new BenchException(
                    "cannot make a disk of " + size + " bytes in " + folder + ": " + e.getMessage(), e);
        }
    }

    private List<DiskRow> measure(ImageFormat format, Path image) {
        List<List<Boot>> boots = new ArrayList<>();
        emulators.forEach(emulator -> boots.add(new ArrayList<>()));
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < emulators.size(); i++) {
                boots.get(i).add(boot(emulators.get(i), format, image));
            }
        }
        List<DiskRow> rows = new ArrayList<>();
        for (GuestProgram program : PROGRAMS) {
            Row row = new Row(
                    program, boots.stream().map(of -> samples(program, of)).toList());
            List<List<Shares>> shares = boots.stream()
                    .map(of -> of.stream()
                            .flatMap(boot -> Optional.ofNullable(boot.shares.get(program)).stream())
                            .toList())
                    .toList();
            rows.add(new DiskRow(format, row, shares));
        }
        return rows;
    }

    private static Samples samples(GuestProgram program, List<Boot> boots) {
        List<Outcome> outcomes =
                boots.stream().map(boot -> boot.outcome(program)).toList();
        return new Samples(
                outcomes.stream().map(Outcome::seconds).toList(),
                outcomes.stream().map(Outcome::checksum).toList());
    }

    private Boot boot(Emulator emulator, ImageFormat format, Path image) {
        List<String> command = new ArrayList<>(emulator.linux(guest.kernel(), initramfs, commandLine(guest)));
        command.addAll(emulator.disk(image, format.label()));
        Boot boot = new Boot(emulator);
        Programs.Result result = Programs.follow(command, folder, LIMIT, boot::printed);
        PROGRAMS.forEach(program -> boot.outcomes.put(program, Outcome.require(emulator, program, result)));
        return boot;
    }

    /** What came of a boot: of each program, the last. */
    private static final class Boot {
        private final Emulator emulator;
        private final Map<GuestProgram, Outcome> outcomes = new EnumMap<>(GuestProgram.class);
        private final Map<GuestProgram, Shares> shares = new EnumMap<>(GuestProgram.class);
        private Optional<ProcessorTimes> before = Optional.empty();

        Boot(Emulator emulator) {
            this.emulator = emulator;
        }

        void printed(long process, String line) {
            if (line.contains(BEGIN)) {
                before = ProcessorTimes.of(process);
                return;
            }
            Outcome.parse(line)
                    .keySet()
                    .forEach(program -> before.ifPresent(start -> ProcessorTimes.of(process)
                            .ifPresent(end -> shares.put(program, Shares.between(start, end, emulator)))));
        }

        Outcome outcome(GuestProgram program) {
            return Optional.ofNullable(outcomes.get(program)).orElseThrow();
        }
    }
}
