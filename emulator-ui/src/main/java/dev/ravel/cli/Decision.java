package dev.ravel.cli;

import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * How a run ends when something other than its guest ended it: the first decision stays. May be used by several threads.
 */
final class Decision {
    private Optional<Made> made = Optional.empty();

    private record Made(int status, Optional<String> complaint) {}

    /** The run ends with an exit status. */
    synchronized void end(int status) {
        if (made.isEmpty()) {
            made = Optional.of(new Made(status, Optional.empty()));
        }
    }

    /** The run fails, and this line says why. */
    synchronized void fail(String complaint) {
        if (made.isEmpty()) {
            made = Optional.of(new Made(Main.EXIT_ERROR, Optional.of(complaint)));
        }
    }

    /**
     * The exit status that was decided, or the guest's own.
     *
     * @throws CliException if the run failed
     */
    synchronized int statusOr(IntSupplier guests) {
        made.flatMap(Made::complaint).ifPresent(complaint -> {
            throw new CliException(complaint);
        });
        return made.map(Made::status).orElseGet(guests::getAsInt);
    }
}
