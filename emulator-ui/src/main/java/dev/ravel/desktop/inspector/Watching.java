package dev.ravel.desktop.inspector;

import dev.ravel.inspect.MachineWatch;
import java.util.Optional;

/** A {@link MachineWatch} for as long as a view is open. For the sampler's thread. */
final class Watching {
    private final int traps;
    private Optional<MachineWatch> watch = Optional.empty();
    private String problem = "";

    /**
     * @param traps how many of each hart's are kept
     */
    Watching(int traps) {
        this.traps = traps;
    }

    void begin(Guest guest) {
        try {
            watch = guest.whileStill(machine -> MachineWatch.of(machine, traps));
            problem = "the machine is gone";
        } catch (IllegalStateException e) {
            problem = "somebody else watches this machine: " + e.getMessage();
        }
    }

    /** What is watched; nothing where that is not possible. */
    Optional<MachineWatch> watch() {
        return watch;
    }

    /** Why there is nothing. */
    String problem() {
        return problem;
    }

    void end(Guest guest) {
        watch.ifPresent(seen -> guest.whileStill(machine -> {
            seen.close();
            return true;
        }));
        watch = Optional.empty();
    }
}
