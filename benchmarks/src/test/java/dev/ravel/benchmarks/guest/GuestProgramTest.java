package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guest programs, shortened to a round, on every engine, and on QEMU where it is installed. */
class GuestProgramTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void aCrossCompilerIsInstalled() {
        assumeTrue(CrossCompiler.find().isPresent(), "no cross compiler for riscv64");
    }

    @ParameterizedTest
    @MethodSource("bareMetal")
    void everyEngineComputesTheSameChecksumAsQemu(GuestProgram program) throws Exception {
        Path elf = folder.resolve("program.elf");
        CrossCompiler.require().build(program, Place.BARE, 1, elf);
        String expected = checksum(program, reference(elf));
        for (String engine : EngineProvider.names()) {
            assertThat(checksum(program, run(elf, engine))).as(engine).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("bareMetal")
    void builtForTheHostItComputesTheSameChecksum(GuestProgram program) throws Exception {
        Optional<HostCompiler> compiler = HostCompiler.find();
        assumeTrue(compiler.isPresent(), "no C compiler for this host");
        Path elf = folder.resolve("program.elf");
        CrossCompiler.require().build(program, Place.BARE, 1, elf);
        compiler.get().build(program, 1, HostCompiler.executable(elf));
        Programs.Result here = Programs.run(new Emulator.Native().bareMetal(elf), folder, Duration.ofMinutes(1));
        assertThat(here.status()).isZero();
        assertThat(checksum(program, here.output())).isEqualTo(checksum(program, run(elf, "jit")));
    }

    static Stream<GuestProgram> bareMetal() {
        return Stream.concat(Stream.of(GuestProgram.EMPTY), GuestProgram.workers(Place.BARE).stream());
    }

    private String reference(Path elf) throws Exception {
        Optional<Path> qemu = Programs.onPath(Emulator.QEMU);
        return qemu.isPresent()
                ? Programs.run(new Emulator.Qemu("qemu", qemu.get()).bareMetal(elf), folder, Duration.ofMinutes(1))
                        .output()
                : run(elf, "interp");
    }

    private static String checksum(GuestProgram program, String console) {
        assertThat(Outcome.parse(console)).as(console).containsOnlyKeys(program);
        return Outcome.parse(console).get(program).checksum();
    }

    private static String run(Path elf, String engine) throws Exception {
        return RecordedConsole.of(Machine.builder()
                .memory(16 << 20)
                .engine(engine)
                .bios(new Bios.None())
                .kernel(elf));
    }
}
