package dev.ravel.engine;

import dev.ravel.hart.Hart;
import java.util.Map;
import java.util.Optional;

/**
 * Runs guest instructions on harts. Engines are interchangeable at any instruction boundary: all state is in the
 * {@link Hart} and in memory.
 */
public interface ExecutionEngine extends AutoCloseable {

    /** The name on the command line: {@code interp}, {@code jit}, {@code compare}. */
    String name();

    /**
     * Runs until at least one instruction and at most {@code maxInstructions} have been executed, exceptions taken
     * included, or until the hart waits. It returns earlier when the hart {@linkplain Hart#needsAttention needs attention}:
     * right after the load or store that made it so, some ten thousand instructions later at most if another thread did. It
     * does not look at interrupts or events itself: the caller does, between calls. On return {@code hart.pc} and
     * {@code hart.instret} are exact. An instruction that traps counts against {@code maxInstructions} though it does not
     * retire.
     *
     * @param maxInstructions at least 1
     * @return why it stopped
     */
    Stop run(Hart hart, long maxInstructions);

    /** What the guest begins with is in RAM, and no hart has run yet: a chance to get ready for it. */
    default void loaded() {}

    /** What the engine counts, by name, for whoever wants to know how it does; the names are part of {@code --stats}. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    /**
     * What the engine would make now of the code at a physical address; nothing is changed by that. For a machine that stands still.
     *
     * @return empty if the engine translates nothing, or if there is no whole instruction of RAM in the address's page
     */
    default Optional<TranslationView> explain(long address) {
        return Optional.empty();
    }

    /**
     * What has become of the instruction at a physical address. Any thread may ask; the answer is as of a moment ago where the
     * machine runs.
     */
    default CodeStatus status(long address) {
        return CodeStatus.INTERPRETED;
    }

    @Override
    default void close() {}

    /** Why {@link #run} returned. */
    enum Stop {
        /** The budget is used up, or something asked for the caller's attention: look at events and interrupts. */
        POLL,
        /** {@code wfi} or its like: the hart has nothing to do until an interrupt is pending. */
        WAIT
    }
}
