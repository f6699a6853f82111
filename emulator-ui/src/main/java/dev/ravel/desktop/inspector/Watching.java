package dev.ravel.desktop.inspector;

import dev.ravel.inspect.MachineWatch;
import java.util.Optional;

/** A {@link MachineWatch} for as long as a view is open. For the sampler's thread. */
final class Watching {
    private final int traps;
    private Optional<MachineWatch> watch = Optional.empty();

    /**
     * @param traps how many of each hart's are kept
     */
    Watching(int traps) {
        this.traps = traps;
    }

    void begin(Guest guest) {
        watch = guest.whileStill(machine -> MachineWatch.of(machine, traps));
    }

    /** What is watched; nothing of a machine that is gone. */
    Optional<MachineWatch> watch() {
        return watch;
    }

    void end(Guest guest) {
        watch.ifPresent(seen -> guest.whileStill(machine -> {
            seen.close();
            return true;
        }));
        watch = Optional.empty();
    }
}
