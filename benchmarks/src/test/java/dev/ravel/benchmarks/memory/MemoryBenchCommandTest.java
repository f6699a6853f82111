package dev.ravel.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.Program;
import dev.ravel.benchmarks.BenchException;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.hart.Hart;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The guest does what it says, and wrong options are refused. */
class MemoryBenchCommandTest {
    private static final int S1 = 9;

    /** Of one program: 20,000 rounds of 18 instructions, and some hundred to make it. */
    private static final long INSTRUCTIONS = 360_000;

    private final StringWriter errors = new StringWriter();

    @Test
    void theGuestRunsOneProgramAfterTheOtherEachAnother() throws ImageException {
        Program program = MemoryBenchCommand.program();
        try (Machine machine = Machine.builder()
                .bios(new Bios.None())
                .memory(16 << 20)
                .kernel(ImageLoader.parse("generator", ElfWriter.write(program)))
                .build()) {
            Hart hart = machine.harts().getFirst();
            for (int i = 0; i < 4; i++) {
                machine.advance(INSTRUCTIONS);
            }
            assertThat(hart.x[S1]).as("programs").isBetween(2L, 4L);
            long area = program.address("area");
            assertThat(hart.mmu
                            .bus()
                            .ram()
                            .segment()
                            .get(
                                    ValueLayout.JAVA_INT,
                                    area + 128 - hart.mmu.bus().ram().base()))
                    .as("the second one: addi a0, a0, 1")
                    .isEqualTo(0x0015_0513);
        }
    }

    @Test
    void noTimeIsWrongUsage() {
        assertThat(run("--seconds", "0")).isEqualTo(2);
        assertThat(errors.toString()).contains("--seconds wants a positive number");
        assertThat(run("--every", "-1")).isEqualTo(2);
        assertThat(errors.toString()).contains("--every wants a positive number");
    }

    @Test
    void memoryIsReadAsLinuxWritesIt() {
        assertThat(ResidentMemory.of(List.of("Name:\tjava", "VmRSS:\t    1234 kB", "Threads:\t3")))
                .isEqualTo(1234 << 10);
        assertThatThrownBy(() -> ResidentMemory.of(List.of("Name:\tjava"))).isInstanceOf(BenchException.class);
    }

    private int run(String... options) {
        CommandLine command = new CommandLine(new MemoryBenchCommand());
        command.setErr(new PrintWriter(errors, true));
        return command.execute(options);
    }
}
