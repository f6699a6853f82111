package dev.ravel.jit;

import dev.ravel.engine.Translator;

/**
 * How eagerly code is translated.
 *
 * @param threshold samples that meet an entry before it is translated, as in {@link Translator#threshold}
 * @param background whether a thread of its own translates while the interpreter goes on
 * @param unitSize instructions of a unit at most
 * @param budget bytes of bytecode of all units together; with more, the oldest are dropped
 */
public record JitSettings(int threshold, boolean background, int unitSize, long budget) {
    /** Checks the ranges. */
    public JitSettings {
        if (threshold < 1 || threshold > Translator.MAX_THRESHOLD) {
            throw new IllegalArgumentException("threshold " + threshold + " is not 1 to " + Translator.MAX_THRESHOLD);
        }
        if (unitSize < 1 || budget < 1) {
            throw new IllegalArgumentException("unit size " + unitSize + " or budget " + budget + " is below 1");
        }
    }

    static JitSettings fromProperties() {
        return new JitSettings(
                Integer.getInteger("ravel.jit.threshold", 200),
                Boolean.parseBoolean(System.getProperty("ravel.jit.background", "true")),
                Integer.getInteger("ravel.jit.unit", 200),
                Long.getLong("ravel.jit.budget", 4 << 20));
    }
}
