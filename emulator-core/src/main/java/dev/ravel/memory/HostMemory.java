package dev.ravel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of the host, outside of the JVM's heap. */
public final class HostMemory {
    /** From this size on it is in large pages of the host, if it has some. */
    private static final long LARGE = 4L << 20;

    private HostMemory() {}

    /**
     * So many bytes, zero, for as long as something refers to them. Where the host lets us, nothing is cleared before it is touched, and then by
     * the host; the JDK clears its own, piece by piece, and in a JVM that has just started that takes longer than to read a file into it.
     *
     * @param size at least 1
     * @throws OutOfMemoryError if the host cannot give that much
     */
    public static MemorySegment allocate(long size) {
        return AnonymousMemory.ofHost()
                .flatMap(memory -> memory.allocate(size, Arena.ofAuto(), size >= LARGE))
                .orElseGet(() -> Arena.ofAuto().allocate(size));
    }
}
