package dev.ravel.cli;

/** What standard input and output of this process are. */
final class StandardInput {
    private StandardInput() {}

    /** Whether standard input is a terminal. */
    static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal() || inputIsTerminalDevice();
    }

    /** {@link java.io.Console#isTerminal} wants input and output both to be terminals; input alone decides here. */
    private static boolean inputIsTerminalDevice() {
        try {
            java.nio.file.Path device = java.nio.file.Path.of("/proc/self/fd/0").toRealPath();
            return device.startsWith("/dev/pts") || device.startsWith("/dev/tty") || device.equals(java.nio.file.Path.of("/dev/console"));
        } catch (java.io.IOException | RuntimeException e) {
            return false;
        }
    }
}
