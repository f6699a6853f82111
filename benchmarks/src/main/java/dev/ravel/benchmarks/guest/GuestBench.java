package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import dev.ravel.guest.Guest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs guest programs, each time in a fresh process of an emulator, and one emulator after the other, so that what else the
 * host does meets all of them.
 *
 * @param emulators Ravel, then the peer if there is one
 * @param runs of each program on each emulator
 * @param limit for one process
 * @param executables the folder in which {@link CrossCompiler#build} put the programs
 */
record GuestBench(List<Emulator> emulators, int runs, Duration limit, Path executables) {
    /**
     * Measures bare-metal programs by the time of the whole process less that of an empty program, which runs before each run: within a minute a host
     * may become half as fast again.
     *
     * @param progress told each row as soon as it is complete
     */
    Comparison bareMetal(List<GuestProgram> programs, Length length, Consumer<Row> progress) {
        Recorder starts = new Recorder(emulators.size());
        List<Row> rows = new ArrayList<>();
        for (GuestProgram program : programs) {
            Row row = measure(program, length, starts);
            progress.accept(row);
            rows.add(row);
        }
        return new Comparison(
                Place.BARE,
                length,
                runs,
                names(),
                starts.samples().stream().map(Samples::median).toList(),
                rows);
    }

    /**
     * Measures programs in user space of a guest: every run is a boot, in which each program tells how long its work took by
     * the guest's clock. Nothing is subtracted.
     */
    Comparison linux(Guest guest, List<GuestProgram> programs, Length length) {
        Path initramfs = executables.resolve("initramfs").toAbsolutePath();
        try {
            BenchInitramfs.write(programs, length, executables, guest.initrd(), initramfs);
        } catch (IOException e) {
            throw new BenchException("cannot pack the programs for " + guest.name() + ": " + e, e);
        }
        String commandLine = guest.commandLine() + " quiet rdinit=" + BenchInitramfs.INIT;
        List<Recorder> recorders =
                programs.stream().map(program -> new Recorder(emulators.size())).toList();
        List<List<Double>> boots = new ArrayList<>();
        emulators.forEach(emulator -> boots.add(new ArrayList<>()));
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < emulators.size(); i++) {
                Emulator emulator = emulators.get(i);
                Programs.Result result =
                        Programs.run(emulator.linux(guest.kernel(), initramfs, commandLine), executables, limit);
                boots.get(i).add(result.seconds());
                for (int p = 0; p < programs.size(); p++) {
                    Outcome outcome = Outcome.require(emulator, programs.get(p), result);
                    recorders.get(p).add(i, outcome.checksum(), outcome.seconds());
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int p = 0; p < programs.size(); p++) {
            rows.add(new Row(programs.get(p), recorders.get(p).samples()));
        }
        return new Comparison(
                Place.DEBIAN,
                length,
                runs,
                names(),
                boots.stream().map(Samples::median).toList(),
                rows);
    }

    private List<String> names() {
        return emulators.stream().map(Emulator::name).toList();
    }

    private Row measure(GuestProgram program, Length length, Recorder starts) {
        Recorder gross = new Recorder(emulators.size());
        Recorder empty = new Recorder(emulators.size());
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < emulators.size(); i++) {
                if (emulators.size() > 1) {
                    // What another emulator has left of the host's memory is no part of what is measured.
                    process(i, GuestProgram.EMPTY, length);
                }
                process(i, GuestProgram.EMPTY, length, empty, starts);
                process(i, program, length, gross);
            }
        }
        List<Samples> all = gross.samples();
        List<Samples> own = empty.samples();
        List<Samples> net = new ArrayList<>();
        for (int i = 0; i < emulators.size(); i++) {
            net.add(all.get(i).minus(own.get(i).median()));
        }
        return new Row(program, net);
    }

    /** Runs a program on an emulator, and adds how long the whole process took. */
    private void process(int emulator, GuestProgram program, Length length, Recorder... recorders) {
        Emulator on = emulators.get(emulator);
        Programs.Result result = Programs.run(on.bareMetal(elf(program, length)), executables, limit);
        String checksum = Outcome.require(on, program, result).checksum();
        for (Recorder recorder : recorders) {
            recorder.add(emulator, checksum, result.seconds());
        }
    }

    private Path elf(GuestProgram program, Length length) {
        return executables.resolve(Place.BARE.fileName(program, length)).toAbsolutePath();
    }

    /** Collects runs. */
    private static final class Recorder {
        private final List<List<Double>> seconds = new ArrayList<>();
        private final List<List<String>> checksums = new ArrayList<>();

        Recorder(int emulators) {
            for (int i = 0; i < emulators; i++) {
                seconds.add(new ArrayList<>());
                checksums.add(new ArrayList<>());
            }
        }

        void add(int emulator, String checksum, double time) {
            seconds.get(emulator).add(time);
            checksums.get(emulator).add(checksum);
        }

        List<Samples> samples() {
            List<Samples> samples = new ArrayList<>();
            for (int i = 0; i < seconds.size(); i++) {
                samples.add(new Samples(seconds.get(i), checksums.get(i)));
            }
            return samples;
        }
    }
}
