package dev.ravel.cli;

import dev.ravel.guest.FetchProgress;
import dev.ravel.guest.TerminalProgress;

/** Shows on standard error how a fetch goes on: a bar where that is a terminal, lines elsewhere. */
record ConsoleProgress(TerminalProgress bar) implements AutoCloseable {

    static ConsoleProgress open() {
        return new ConsoleProgress(new TerminalProgress(System.err, HostTerminal.isTerminal(2)));
    }

    FetchProgress progress() {
        return bar;
    }

    @Override
    public void close() {
        bar.close();
    }
}
