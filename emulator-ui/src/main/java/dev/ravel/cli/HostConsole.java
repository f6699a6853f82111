package dev.ravel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * This process's own terminal or pipes as the guest's console. On a terminal the keyboard is raw, so that every key,
 * {@code Ctrl-C} too, is a byte for the guest; {@link #close} puts everything back, also when the process is told to end.
 */
final class HostConsole implements AutoCloseable {
    /** Colours off, cursor shown, bracketed paste off, keypad and cursor keys normal: what a guest may have left behind. */
    private static final String SANE = "\033[0m\033[?25h\033[?2004l\033[?1l\033>";

    private final InputStream input;
    private final OutputStream output;
    private final boolean interactive;
    private final Runnable restore;
    private final Thread restoreAtExit;
    private boolean closed;

    private HostConsole(InputStream input, OutputStream output, boolean interactive, Runnable restore) {
        this.input = input;
        this.output = output;
        this.interactive = interactive;
        this.restore = restore;
        this.restoreAtExit = new Thread(this::restoreOnce, "restore-terminal");
        Runtime.getRuntime().addShutdownHook(restoreAtExit);
    }

    /** Takes the process's standard input and output; the keyboard becomes raw if standard input is a terminal. */
    static HostConsole open() {
        OutputStream out = new java.io.FileOutputStream(java.io.FileDescriptor.out);
        InputStream in = new java.io.FileInputStream(java.io.FileDescriptor.in);
        if (!HostTerminal.isTerminal(0)) {
            return new HostConsole(in, out, false, () -> {});
        }
        try {
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .dumb(false)
                    .nativeSignals(false)
                    .build();
            Attributes before = terminal.getAttributes();
            Attributes raw = new Attributes(before);
            raw.setLocalFlags(
                    java.util.EnumSet.of(
                            Attributes.LocalFlag.ICANON,
                            Attributes.LocalFlag.ECHO,
                            Attributes.LocalFlag.ISIG,
                            Attributes.LocalFlag.IEXTEN),
                    false);
            raw.setInputFlags(
                    java.util.EnumSet.of(
                            Attributes.InputFlag.ICRNL,
                            Attributes.InputFlag.INLCR,
                            Attributes.InputFlag.IXON,
                            Attributes.InputFlag.ISTRIP),
                    false);
            raw.setControlChar(Attributes.ControlChar.VMIN, 1);
            raw.setControlChar(Attributes.ControlChar.VTIME, 0);
            terminal.setAttributes(raw);
            return new HostConsole(in, out, true, () -> {
                terminal.setAttributes(before);
                try {
                    out.write(SANE.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    terminal.close();
                } catch (IOException e) {
                    // The terminal is gone: there is nothing left to put back.
                }
            });
        } catch (IOException | IllegalStateException e) {
            throw new CliException("this terminal cannot be switched to raw mode: " + e.getMessage(), e);
        }
    }

    /** Whether a person types here. */
    boolean interactive() {
        return interactive;
    }

    /** What is typed, or comes through the pipe. */
    InputStream input() {
        return input;
    }

    /** Where the guest's output goes, unbuffered. */
    OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        restoreOnce();
        try {
            Runtime.getRuntime().removeShutdownHook(restoreAtExit);
        } catch (IllegalStateException e) {
            // The process is already ending; the hook has run or will find nothing to do.
        }
    }

    private synchronized void restoreOnce() {
        if (!closed) {
            closed = true;
            restore.run();
        }
    }
}
