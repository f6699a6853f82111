package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.TemporaryFolder;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** GCC for riscv64, which builds the guest programs. They need no C library, so any one will do. */
public final class CrossCompiler {
    private static final List<String> NAMES = List.of(
            "riscv64-linux-gnu-gcc", "riscv64-unknown-elf-gcc", "riscv64-elf-gcc", "riscv64-unknown-linux-gnu-gcc");

    /** For guest and host alike. A loop that copies shall stay one, and a square root be an instruction. */
    private static final List<String> ALL_OPTIONS = List.of(
            "-O2",
            "-std=gnu11",
            "-ffreestanding",
            "-fno-math-errno",
            "-fno-tree-loop-distribute-patterns",
            "-fno-stack-protector",
            "-fno-asynchronous-unwind-tables",
            "-Wall",
            "-Wextra");

    private static final List<String> OPTIONS = List.of(
            "-march=rv64gc",
            "-mabi=lp64d",
            "-mcmodel=medany",
            "-fno-pic",
            "-nostdlib",
            "-static",
            "-Wl,--build-id=none");

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path binary;

    private CrossCompiler(Path binary) {
        this.binary = binary;
    }

    /** The first that is installed. */
    public static Optional<CrossCompiler> find() {
        return Programs.firstOnPath(NAMES).map(CrossCompiler::new);
    }

    /**
     * The first that is installed.
     *
     * @throws BenchException if there is none
     */
    public static CrossCompiler require() {
        return find().orElseThrow(() -> new BenchException("no cross compiler for riscv64 was found ("
                + String.join(", ", NAMES) + "): install one, for example Debian's package gcc-riscv64-linux-gnu"));
    }

    /**
     * Builds programs, each under its {@link Place#fileName}.
     *
     * @param folder where to; it is made if it is not there
     * @throws BenchException if the compiler refuses
     */
    public void build(List<GuestProgram> programs, Place place, Length length, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BenchException("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
        for (GuestProgram program : programs) {
            build(program, place, program.rounds(length), folder.resolve(place.fileName(program, length)));
        }
    }

    /**
     * Builds a program that does so many rounds of its work.
     *
     * @throws BenchException if the compiler refuses
     */
    public void build(GuestProgram program, Place place, long rounds, Path file) {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(OPTIONS);
        command.addAll(place.linkerOptions());
        compile(command, place.sources(), program, rounds, file);
    }

    /**
     * Runs a compiler on a program's sources and on those of the place that it runs in.
     *
     * @param compiler with the options that are not for all
     */
    static void compile(List<String> compiler, List<String> place, GuestProgram program, long rounds, Path file) {
        try (TemporaryFolder sources = TemporaryFolder.create()) {
            String source = program.title() + ".c";
            List<String> files = new ArrayList<>(place);
            files.addAll(List.of("runtime.c", source));
            for (String name : files) {
                extract(name, sources.path());
            }
            extract("bench.h", sources.path());
            extract("linux.h", sources.path());
            extract("disk.h", sources.path());
            extract("bare.ld", sources.path());
            List<String> command = new ArrayList<>(compiler);
            command.addAll(ALL_OPTIONS);
            command.addAll(List.of("-DNAME=\"" + program.title() + "\"", "-DROUNDS=" + rounds + "UL"));
            command.addAll(files);
            command.addAll(List.of("-o", file.toAbsolutePath().toString()));
            Programs.Result result = Programs.run(command, sources.path(), LIMIT);
            if (result.status() != 0) {
                throw new BenchException(compiler.getFirst() + " did not make " + file + " of " + source + ": "
                        + result.output()
                                .lines()
                                .filter(line -> line.contains("error") || line.contains("cannot"))
                                .findFirst()
                                .orElse("status " + result.status()));
            }
        } catch (IOException e) {
            throw new BenchException("cannot write the sources of " + program.title() + ": " + e, e);
        }
    }

    private static void extract(String name, Path folder) throws IOException {
        try (InputStream in = CrossCompiler.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
