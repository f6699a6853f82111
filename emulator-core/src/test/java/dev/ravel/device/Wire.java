package dev.ravel.device;

import dev.ravel.interrupt.InterruptLine;

/** A wire whose level a test looks at. */
public final class Wire implements InterruptLine {
    /** The level. */
    public volatile boolean asserted;

    /** How often it went from low to high. */
    public volatile int rises;

    @Override
    public void set(boolean level) {
        if (level && !asserted) {
            rises++;
        }
        asserted = level;
    }
}
