package dev.ravel.inspect;

import dev.ravel.device.Plic;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Board;
import dev.ravel.memory.Bus;

/**
 * A device's interrupt at the platform-level interrupt controller, as S-mode of a hart sees it (PLIC 1.0.0).
 *
 * @param number of the source, from 1 to {@link Plic#SOURCES}
 * @param priority 0 (never) to {@link Plic#MAX_PRIORITY}
 * @param pending whether it waits to be claimed
 * @param enabled whether it may interrupt this hart
 * @param threshold what the priority must be above to interrupt this hart
 */
public record InterruptSource(int number, int priority, boolean pending, boolean enabled, int threshold) {
    /** Contexts of a hart: machine mode, then supervisor mode. */
    static final int CONTEXTS = 2;

    /**
     * The present state of a source. Nothing changes by looking.
     *
     * @param hart the {@code mhartid} of the hart
     * @throws IllegalArgumentException if there is no such source
     */
    public static InterruptSource of(Machine machine, int number, int hart) {
        if (number < 1 || number > Plic.SOURCES) {
            throw new IllegalArgumentException("interrupt sources are 1 to " + Plic.SOURCES + ", not " + number);
        }
        Bus bus = machine.bus();
        int context = CONTEXTS * hart + 1;
        bus.deviceLock().lock();
        try {
            Plic plic = plic(bus);
            Plic.SourceState state = plic.state(number);
            return new InterruptSource(
                    number, state.priority(), state.pending(), plic.enabled(context, number), plic.threshold(context));
        } finally {
            bus.deviceLock().unlock();
        }
    }

    /** The controller, which no board is without. */
    static Plic plic(Bus bus) {
        return (Plic) bus.find(Board.PLIC, Integer.BYTES).device();
    }
}
