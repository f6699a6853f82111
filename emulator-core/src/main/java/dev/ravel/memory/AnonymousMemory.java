package dev.ravel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Zeroed memory of the host that costs nothing until it is touched: an anonymous private mapping, by the {@code mmap} of
 * POSIX, which Java has no method for. ({@link Arena#allocate} touches every page to clear it, and the mapping of a sparse
 * file goes through the file system at every page's first use, which costs several times as much.)
 */
@SuppressWarnings("restricted") // Native calls are what this is for.
final class AnonymousMemory {
    /** {@code PROT_READ | PROT_WRITE}. */
    private static final int READ_WRITE = 3;

    /** {@code MAP_PRIVATE | MAP_ANONYMOUS}. */
    private static final int FLAGS_LINUX = 0x22;

    private static final int FLAGS_MAC = 0x1002;

    private static final long MAP_FAILED = -1;

    private final MethodHandle map;
    private final int flags;

    private AnonymousMemory(MethodHandle map, int flags) {
        this.map = map;
        this.flags = flags;
    }

    /** The JDK takes some ten milliseconds to find a way to a method of the host. */
    private static final class Host {
        static final Optional<AnonymousMemory> MEMORY = find();
    }

    /** Found when it is needed, which is after a machine has started. */
    private static final class Unmap {
        static final MethodHandle METHOD = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("munmap"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    }

    /** This host's, where it has it: Linux and macOS, and native access is allowed. */
    static Optional<AnonymousMemory> ofHost() {
        return Host.MEMORY;
    }

    private static Optional<AnonymousMemory> find() {
        String system = System.getProperty("os.name", "");
        boolean mac = system.startsWith("Mac");
        if (!mac && !system.equals("Linux")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle map = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("mmap"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG));
            return Optional.of(new AnonymousMemory(map, mac ? FLAGS_MAC : FLAGS_LINUX));
        } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    /** A mapping that lives as long as {@code arena}; empty if the host refuses to give that much. */
    Optional<MemorySegment> allocate(long size, Arena arena) {
        try {
            long address = (long) map.invokeExact(0L, size, READ_WRITE, flags, -1, 0L);
            return address == MAP_FAILED
                    ? Optional.empty()
                    : Optional.of(MemorySegment.ofAddress(address).reinterpret(size, arena, this::free));
        } catch (Throwable e) {
            throw new IllegalStateException("mmap could not be called", e);
        }
    }

    private void free(MemorySegment segment) {
        try {
            int result = (int) Unmap.METHOD.invokeExact(segment.address(), segment.byteSize());
            assert result == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("munmap could not be called", e);
        }
    }
}
