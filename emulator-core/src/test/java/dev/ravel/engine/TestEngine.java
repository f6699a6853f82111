package dev.ravel.engine;

/**
 * An engine as a test uses it.
 *
 * @param name the engine's name
 * @param slice instructions to ask for in one call at most
 * @param bare whether, where nothing is translated, accesses are {@linkplain dev.ravel.mmu.Mmu#isBare bare}; else a {@link BareMachine} has them protected, so that
 *     they go by TLBs
 */
public record TestEngine(String name, long slice, boolean bare) {
    /** An engine whose accesses are bare. */
    public TestEngine(String name, long slice) {
        this(name, slice, true);
    }

    @Override
    public String toString() {
        return name + (slice == Long.MAX_VALUE ? "" : " by " + slice) + (bare ? "" : " with PMP");
    }
}
