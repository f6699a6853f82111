package dev.ravel.cli;

/** Exit statuses for failures that a guest reports: never 0, and never one that says something else. */
final class GuestStatus {
    /** The guest failed with a code that cannot be an exit status. */
    static final int EXIT_OTHER_CODE = 255;

    private GuestStatus() {}

    /** The guest's code if it is an exit status that nothing else has, {@link #EXIT_OTHER_CODE} otherwise. */
    static int ofFailure(long code) {
        boolean fits = code > 0 && code < EXIT_OTHER_CODE;
        return fits && !isOurs((int) code) ? (int) code : EXIT_OTHER_CODE;
    }

    private static boolean isOurs(int status) {
        return switch (status) {
            case Main.EXIT_ERROR, Main.EXIT_USAGE, Main.EXIT_TIMEOUT, StandardOutput.EXIT_CLOSED_PIPE -> true;
            default -> false;
        };
    }
}
