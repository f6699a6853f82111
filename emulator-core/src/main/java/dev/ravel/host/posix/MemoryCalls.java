package dev.ravel.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The calls of a POSIX host for its memory: {@code mmap}, {@code munmap} and {@code madvise}. For any thread.
 *
 * <p>The JDK takes some ten milliseconds to make a way to a method of the host, and a machine starts with these. So there is one for all
 * three, with the six arguments of the longest, all of 64 bits: who is called looks at those it has, and of an {@code int} at the lower 32
 * bits.
 */
@SuppressWarnings("restricted") // Native calls are what this is for.
public final class MemoryCalls {
    /** {@code mmap} failed. */
    public static final long MAP_FAILED = -1;

    /** {@code PROT_READ | PROT_WRITE}. */
    private static final int READ_WRITE = 3;

    /** {@code MAP_PRIVATE | MAP_ANONYMOUS}. */
    private static final int FLAGS_LINUX = 0x22;

    private static final int FLAGS_MAC = 0x1002;

    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final MethodHandle call;
    private final MemorySegment map;
    private final MemorySegment unmap;
    private final MemorySegment advise;
    private final int flags;

    private MemoryCalls(Linker linker, int flags) {
        this.flags = flags;
        call = linker.downcallHandle(SHAPE);
        map = linker.defaultLookup().findOrThrow("mmap");
        unmap = linker.defaultLookup().findOrThrow("munmap");
        advise = linker.defaultLookup().findOrThrow("madvise");
    }

    private static final class Host {
        static final Optional<MemoryCalls> CALLS = find();
    }

    /** This host's; empty if it is neither Linux nor macOS, or native access is not allowed. */
    public static Optional<MemoryCalls> ofHost() {
        return Host.CALLS;
    }

    private static Optional<MemoryCalls> find() {
        String system = System.getProperty("os.name", "");
        boolean mac = system.startsWith("Mac");
        if (!mac && !system.equals("Linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new MemoryCalls(Linker.nativeLinker(), mac ? FLAGS_MAC : FLAGS_LINUX));
        } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    private long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) call.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable failure) {
            throw new IllegalStateException("the host could not be called", failure);
        }
    }

    /** A new mapping of no file, to read and write, wherever the host puts it. Returns its address, or {@link #MAP_FAILED}. */
    public long mapAnonymous(long bytes) {
        return call(map, 0, bytes, READ_WRITE, flags, -1, 0);
    }

    /** Ends a mapping. Returns 0, or -1 if there is none. */
    public int unmap(long address, long bytes) {
        return (int) call(unmap, address, bytes, 0, 0, 0, 0);
    }

    /** Says what a part of a mapping is for, by one of the host's numbers for that. Returns 0, or -1 if the host does not take it. */
    public int advise(long address, long bytes, int advice) {
        return (int) call(advise, address, bytes, advice, 0, 0, 0);
    }
}
