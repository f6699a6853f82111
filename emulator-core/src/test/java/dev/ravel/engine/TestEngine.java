package dev.ravel.engine;

/**
 * An engine as a test uses it.
 *
 * @param name the engine's name
 * @param slice instructions to ask for in one call at most
 */
public record TestEngine(String name, long slice) {
    @Override
    public String toString() {
        return name + (slice == Long.MAX_VALUE ? "" : " by " + slice);
    }
}
