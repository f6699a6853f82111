package dev.ravel.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import org.jline.terminal.Terminal;

/** Which of this process's standard streams are terminals. */
final class HostTerminal {
    private static final int USUAL_COLUMNS = 80;

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
            return device.startsWith("/dev/pts")
                    || device.startsWith("/dev/console")
                    || device.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            Console console = System.console();
            return console != null && console.isTerminal();
        }
    }

    /** How many columns the terminal of standard output has; 80 where nobody says. */
    static int columns() {
        String told = System.getenv().getOrDefault("COLUMNS", "");
        if (told.matches("[1-9][0-9]{0,3}")) {
            return Integer.parseInt(told);
        }
        if (isTerminal(1)) {
            try (Terminal terminal = HostConsole.terminal()) {
                int columns = terminal.getSize().getColumns();
                return columns > 0 ? columns : USUAL_COLUMNS;
            } catch (IOException | IllegalStateException e) {
                // It does not say.
            }
        }
        return USUAL_COLUMNS;
    }
}
