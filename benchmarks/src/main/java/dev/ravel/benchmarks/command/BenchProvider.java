package dev.ravel.benchmarks.command;

import dev.ravel.cli.CommandProvider;

/** Adds {@code ravel bench} to the command line. */
public final class BenchProvider implements CommandProvider {
    @Override
    public Object command() {
        return new BenchCommand();
    }
}
