package dev.ravel.manager;

import java.util.List;
import java.util.Optional;

/**
 * One of a user's machines at a moment.
 *
 * @param message what its user should know: how its start goes on, or how it ended
 * @param screen the last lines of its console, none while it is off
 */
public record MachineSample(
        MachineDefinition definition, Condition condition, Optional<String> message, List<String> screen) {

    /** What a machine is doing. */
    public enum Condition {
        OFF("off"),
        STARTING("starting"),
        RUNNING("running"),
        PAUSED("paused"),
        FAILED("failed");

        private final String label;

        Condition(String label) {
            this.label = label;
        }

        /** A word for a list. */
        public String label() {
            return label;
        }

        /** Whether there is a machine that runs, or will if it is let. */
        public boolean on() {
            return this == STARTING || this == RUNNING || this == PAUSED;
        }
    }

    /** The machine's name. */
    public String name() {
        return definition.name();
    }
}
