package dev.ravel.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;

/** Which of this process's standard streams are terminals. */
final class HostTerminal {
    private HostTerminal() {}

    /**
     * Whether a standard stream is a terminal. {@link Console#isTerminal} wants input and output both to be one; where the
     * host tells more, each stream is looked at alone.
     *
     * @param stream 0 for input, 1 for output, 2 for errors
     */
    static boolean isTerminal(int stream) {
        try {
            Path device = Path.of("/proc/self/fd/" + stream).toRealPath();
            return device.startsWith("/dev/pts") || device.startsWith("/dev/console")
                    || device.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            Console console = System.console();
            return console != null && console.isTerminal();
        }
    }
}
