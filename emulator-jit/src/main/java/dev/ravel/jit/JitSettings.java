package dev.ravel.jit;

/**
 * How eagerly code is translated.
 *
 * @param threshold how often an entry is come to before it is translated; at least 1
 * @param background whether a thread of its own translates while the interpreter goes on
 * @param unitSize instructions of a unit at most
 */
public record JitSettings(int threshold, boolean background, int unitSize) {
    /** Checks the ranges. */
    public JitSettings {
        if (threshold < 1 || unitSize < 1) {
            throw new IllegalArgumentException("threshold " + threshold + " or unit size " + unitSize + " is below 1");
        }
    }

    static JitSettings fromProperties() {
        return new JitSettings(
                Integer.getInteger("ravel.jit.threshold", 3000),
                Boolean.parseBoolean(System.getProperty("ravel.jit.background", "true")),
                Integer.getInteger("ravel.jit.unit", 200));
    }
}
