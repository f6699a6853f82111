package dev.ravel.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ravel jit}: the translator. */
@Command(
        name = "jit",
        mixinStandardHelpOptions = true,
        description = "Look at how guest code is translated.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ExplainCommand.class)
final class JitCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: explain");
    }
}
