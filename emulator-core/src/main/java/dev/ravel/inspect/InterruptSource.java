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
    private static final int CONTEXTS = 2;

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
        long word = number / Integer.SIZE * (long) Integer.BYTES;
        bus.deviceLock().lock();
        try {
            return new InterruptSource(
                    number,
                    register(bus, Plic.PRIORITY + (long) Integer.BYTES * number),
                    isSet(register(bus, Plic.PENDING + word), number),
                    isSet(register(bus, Plic.ENABLE + context * Plic.ENABLE_STRIDE + word), number),
                    register(bus, Plic.THRESHOLD + context * Plic.CONTEXT_STRIDE));
        } finally {
            bus.deviceLock().unlock();
        }
    }

    private static int register(Bus bus, long offset) {
        return (int) bus.find(Board.PLIC + offset, Integer.BYTES).device().read(offset, Integer.BYTES);
    }

    private static boolean isSet(int word, int number) {
        return (word >>> number % Integer.SIZE & 1) != 0;
    }
}
