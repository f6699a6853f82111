package dev.ravel.memory;

import dev.ravel.host.posix.MemoryAdvice;
import dev.ravel.host.posix.MemoryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Zeroed memory of the host that costs nothing until it is touched: an anonymous private mapping, by the {@code mmap} of
 * POSIX, which Java has no method for. ({@link Arena#allocate} touches every page to clear it, and the mapping of a sparse
 * file goes through the file system at every page's first use, which costs several times as much.)
 */
@SuppressWarnings("restricted") // Native calls are what this is for.
final class AnonymousMemory {
    private final MemoryCalls calls;

    private AnonymousMemory(MemoryCalls calls) {
        this.calls = calls;
    }

    /** This host's, where it has it: Linux and macOS, and native access is allowed. */
    static Optional<AnonymousMemory> ofHost() {
        return MemoryCalls.ofHost().map(AnonymousMemory::new);
    }

    /**
     * A mapping that lives as long as {@code arena}; empty if the host refuses to give that much.
     *
     * @param largePages whether it is to be in large pages of the host, if it has some
     */
    Optional<MemorySegment> allocate(long size, Arena arena, boolean largePages) {
        long address = calls.mapAnonymous(size);
        if (address == MemoryCalls.MAP_FAILED) {
            return Optional.empty();
        }
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(size, arena, this::free);
        if (largePages) {
            MemoryAdvice.ofHost().ifPresent(advice -> advice.preferHugePages(memory));
        }
        return Optional.of(memory);
    }

    private void free(MemorySegment segment) {
        int result = calls.unmap(segment.address(), segment.byteSize());
        assert result == 0;
    }
}
