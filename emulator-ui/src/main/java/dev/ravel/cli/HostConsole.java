package dev.ravel.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ffm.FfmTerminalProvider;
import org.jline.terminal.spi.SystemStream;

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
    static HostConsole open(StandardOutput out) {
        InputStream in = new FileInputStream(FileDescriptor.in);
        if (!HostTerminal.isTerminal(0)) {
            return new HostConsole(in, out, false, () -> {});
        }
        boolean outputToo = HostTerminal.isTerminal(1);
        try {
            Terminal terminal = terminal();
            Attributes before = terminal.getAttributes();
            terminal.setAttributes(raw(before));
            return new HostConsole(in, out, true, () -> {
                terminal.setAttributes(before);
                try {
                    if (outputToo) {
                        out.write(SANE.getBytes(StandardCharsets.US_ASCII));
                    }
                    terminal.close();
                } catch (IOException e) {
                    // The terminal is gone: there is nothing left to put back.
                }
            });
        } catch (IOException | IllegalStateException e) {
            throw new CliException("this terminal cannot be switched to raw mode: " + e.getMessage(), e);
        }
    }

    /**
     * JLine's view of standard input, for its modes only. Not through JLine's builder, which asks the terminal what it can
     * do: the answers would be typed into the guest. And without JLine's own hook for the end of the process, which would
     * race with ours.
     */
    static Terminal terminal() throws IOException {
        System.setProperty("org.jline.shutdownhook.disable", "true");
        return new FfmTerminalProvider()
                .sysTerminal(
                        "ravel",
                        "ansi",
                        false,
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_8,
                        false,
                        Terminal.SignalHandler.SIG_DFL,
                        true,
                        SystemStream.Output);
    }

    private static Attributes raw(Attributes before) {
        Attributes raw = new Attributes(before);
        raw.setLocalFlags(EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.ISIG, LocalFlag.IEXTEN), false);
        raw.setInputFlags(EnumSet.of(InputFlag.ICRNL, InputFlag.INLCR, InputFlag.IXON, InputFlag.ISTRIP), false);
        raw.setControlChar(ControlChar.VMIN, 1);
        raw.setControlChar(ControlChar.VTIME, 0);
        return raw;
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
