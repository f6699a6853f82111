package dev.ravel.benchmarks.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is refused before anything is booted. */
class DiskBenchCommandTest {
    private final StringWriter errors = new StringWriter();

    @Test
    void noRunsAreWrongUsage() {
        assertThat(run("--runs", "0")).isEqualTo(2);
        assertThat(errors.toString()).contains("--runs wants a positive number");
    }

    @Test
    void anUnknownFormatIsWrongUsageAndTheKnownOnesAreListed() {
        assertThat(run("--format", "raw,vmdk")).isEqualTo(2);
        assertThat(errors.toString()).contains("RAW").contains("QCOW2").contains("vmdk");
    }

    @Test
    void aPeerThatIsNotThereIsRefused() {
        System.setProperty("ravel.launcher", "unused");
        try {
            assertThat(run("--against", "nowhere")).isEqualTo(1);
        } finally {
            System.clearProperty("ravel.launcher");
        }
        assertThat(errors.toString())
                .contains(
                        "--against nowhere: neither qemu, nor a qemu-system-riscv64, nor the launcher of another Ravel");
    }

    private int run(String... options) {
        CommandLine command = new CommandLine(new DiskBenchCommand());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setErr(new PrintWriter(errors, true));
        command.setExecutionExceptionHandler((error, line, parsed) -> {
            line.getErr().println(error.getMessage());
            return 1;
        });
        return command.execute(options);
    }
}
