package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The host's own C compiler, which builds the bare-metal programs as programs of the host: what they take there is what an emulator
 * could come down to, if it translated as well as that compiler does.
 */
final class HostCompiler {
    private static final List<String> NAMES = List.of("gcc", "cc");

    /**
     * No vectors, which the guest does not have; fused multiply-add, which it has as most hosts have, and everywhere: for AMD's Zen GCC leaves it out of sums, which then are
     * others.
     */
    private static final List<String> OPTIONS =
            List.of("-march=native", "-fno-tree-vectorize", "--param=avoid-fma-max-bits=0");

    private final Path binary;

    private HostCompiler(Path binary) {
        this.binary = binary;
    }

    /** The first that is installed. */
    static Optional<HostCompiler> find() {
        return Programs.firstOnPath(NAMES).map(HostCompiler::new);
    }

    /**
     * The first that is installed.
     *
     * @throws BenchException if there is none
     */
    static HostCompiler require() {
        return find().orElseThrow(() -> new BenchException("--against native: no C compiler for this host was found ("
                + String.join(", ", NAMES) + "): install one, for example Debian's package gcc"));
    }

    /**
     * Builds programs, each beside what {@link CrossCompiler#build} makes of it for bare metal.
     *
     * @throws BenchException if the compiler refuses
     */
    void build(List<GuestProgram> programs, Length length, Path folder) {
        for (GuestProgram program : programs) {
            Path bareMetal = folder.resolve(Place.BARE.fileName(program, length));
            build(program, program.rounds(length), executable(bareMetal));
        }
    }

    /** Builds a program that does so many rounds of its work. */
    void build(GuestProgram program, long rounds, Path file) {
        List<String> command =
                Stream.concat(Stream.of(binary.toString()), OPTIONS.stream()).toList();
        CrossCompiler.compile(command, List.of("host.c"), program, rounds, file);
    }

    /** Where the program of the host is that does what that one does. */
    static Path executable(Path bareMetal) {
        String name = bareMetal.getFileName().toString();
        return bareMetal.resolveSibling(name.substring(0, name.lastIndexOf('.')));
    }
}
