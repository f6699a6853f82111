package dev.ravel.host.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/** Tells how much of a mapping the host holds in its memory: {@code mincore}, of Linux and macOS. For any thread. */
@SuppressWarnings("restricted") // Native calls are what this is for.
public final class ResidentPages {
    private static final int RESIDENT = 1;

    private final MethodHandle mincore;

    private ResidentPages(MethodHandle mincore) {
        this.mincore = mincore;
    }

    /** This host's; empty if it has no such call, or native access is not allowed. */
    public static Optional<ResidentPages> ofHost() {
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle mincore = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("mincore"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
            return Optional.of(new ResidentPages(mincore));
        } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    /**
     * Bytes of the host's pages in a mapping that are in memory: they have been touched, and not been swapped out or given
     * back.
     *
     * @param mapping begins with a page of the host
     * @return empty if the host does not tell
     */
    public OptionalLong bytes(MemorySegment mapping) {
        try (Arena arena = Arena.ofConfined()) {
            long pages = (mapping.byteSize() + HostPage.SIZE - 1) / HostPage.SIZE;
            MemorySegment states = arena.allocate(pages);
            if ((int) mincore.invokeExact(mapping, mapping.byteSize(), states) != 0) {
                return OptionalLong.empty();
            }
            long resident = 0;
            for (long page = 0; page < pages; page++) {
                resident += states.get(ValueLayout.JAVA_BYTE, page) & RESIDENT;
            }
            return OptionalLong.of(resident * HostPage.SIZE);
        } catch (Throwable e) {
            throw new IllegalStateException("mincore could not be called", e);
        }
    }
}
