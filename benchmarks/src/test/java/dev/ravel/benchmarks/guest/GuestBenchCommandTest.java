package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.benchmarks.BenchException;
import dev.ravel.cli.CommandProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GuestBenchCommandTest {
    private static final int USAGE = 2;
    private static final int ERROR = 1;

    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void theCommandLineFindsTheCommand() {
        assertThat(ServiceLoader.load(CommandProvider.class))
                .extracting(provider -> new CommandLine(provider.command()).getCommandName())
                .containsExactly("bench");
    }

    @Test
    void anUnknownProgramIsWrongUsageAndTheKnownOnesAreListed() {
        assertThat(run("--only", "crc,tetris")).isEqualTo(USAGE);
        assertThat(errors.toString())
                .contains("there is no program tetris; there are crc, collatz, ")
                .contains(", sha256, ");
    }

    @Test
    void theEmptyProgramCannotBeChosen() {
        assertThat(run("--only", "empty")).isEqualTo(USAGE);
    }

    @Test
    void aProgramThatMeasuresTheKernelIsWrongUsageOnBareMetal() {
        assertThat(run("--only", "crc,getppid")).isEqualTo(USAGE);
        assertThat(errors.toString()).contains("getppid measures a kernel: it runs with --in debian");
    }

    @Test
    void anUnknownEngineIsWrongUsageAndTheKnownOnesAreListed() {
        assertThat(run("--engine", "steam")).isEqualTo(USAGE);
        assertThat(errors.toString()).contains("there is no engine steam; there are compare, interp, jit");
    }

    @Test
    void anUnknownPlaceIsWrongUsageAndTheKnownOnesAreListed() {
        assertThat(run("--in", "space")).isEqualTo(USAGE);
        assertThat(errors.toString()).contains("BARE").contains("DEBIAN").contains("space");
    }

    @Test
    void countsMustBePositive() {
        assertThat(run("--runs", "0")).isEqualTo(USAGE);
        assertThat(run("--timeout", "-1")).isEqualTo(USAGE);
        assertThat(errors.toString())
                .contains("--runs wants a positive number")
                .contains("--timeout wants a positive number");
    }

    @Test
    void aReportThatCouldNotBeWrittenIsRefusedBeforeTheMeasurement() {
        Path report = folder.resolve("missing/report.json");
        assertThat(run("--json", report.toString())).isEqualTo(ERROR);
        assertThat(errors.toString()).contains("--json " + report);
    }

    @Test
    void aPeerThatIsNotThereIsRefusedBeforeTheMeasurement() {
        System.setProperty("ravel.launcher", "unused");
        try {
            assertThat(run("--against", folder.toString())).isEqualTo(ERROR);
        } finally {
            System.clearProperty("ravel.launcher");
        }
        assertThat(errors.toString())
                .contains("neither qemu, nor a qemu-system-riscv64, nor the launcher of another Ravel");
    }

    @Test
    void theHostBootsNoGuest() {
        System.setProperty("ravel.launcher", "unused");
        try {
            assertThat(run("--against", "native", "--in", "debian")).isEqualTo(USAGE);
        } finally {
            System.clearProperty("ravel.launcher");
        }
        assertThat(errors.toString()).contains("--against native: the host boots no guest; leave out --in");
    }

    private int run(String... options) {
        CommandLine command = new CommandLine(new GuestBenchCommand());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setErr(new PrintWriter(errors, true));
        command.setExecutionExceptionHandler((error, line, parsed) -> {
            line.getErr().println(error.getMessage());
            return error instanceof BenchException ? ERROR : -1;
        });
        return command.execute(options);
    }
}
