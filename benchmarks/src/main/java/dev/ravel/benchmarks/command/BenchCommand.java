package dev.ravel.benchmarks.command;

import dev.ravel.benchmarks.boot.BootBenchCommand;
import dev.ravel.benchmarks.disk.DiskBenchCommand;
import dev.ravel.benchmarks.guest.GuestBenchCommand;
import dev.ravel.benchmarks.memory.MemoryBenchCommand;
import dev.ravel.benchmarks.views.ViewsBenchCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ravel bench}: what measures Ravel. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure Ravel.",
        subcommands = {
            GuestBenchCommand.class,
            BootBenchCommand.class,
            DiskBenchCommand.class,
            ViewsBenchCommand.class,
            MemoryBenchCommand.class
        })
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure: guest, boot, disk, views or memory");
    }
}
