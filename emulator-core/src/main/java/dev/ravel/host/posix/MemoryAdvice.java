package dev.ravel.host.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Gives memory back to a Linux host that stays mapped: {@code madvise} with {@code MADV_DONTNEED}. For any thread. */
@SuppressWarnings("restricted") // Native calls are what this is for.
public final class MemoryAdvice {
    private static final int DONT_NEED = 4;

    private final MethodHandle advise;
    private final long pageSize;

    private MemoryAdvice(MethodHandle advise, long pageSize) {
        this.advise = advise;
        this.pageSize = pageSize;
    }

    private static final class Host {
        static final Optional<MemoryAdvice> ADVICE = find();
    }

    /** This host's; empty if it is another system, or native access is not allowed. */
    public static Optional<MemoryAdvice> ofHost() {
        return Host.ADVICE;
    }

    private static Optional<MemoryAdvice> find() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle advise = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("madvise"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
            MethodHandle pageSize = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("getpagesize"), FunctionDescriptor.of(ValueLayout.JAVA_INT));
            return Optional.of(new MemoryAdvice(advise, (int) pageSize.invokeExact()));
        } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException e) {
            return Optional.empty();
        } catch (Throwable e) {
            throw new IllegalStateException("the size of the host's pages could not be asked for", e);
        }
    }

    /**
     * Gives the host's pages back that lie wholly in a part of a private mapping. They read as zero, or as the mapped file,
     * from now on.
     *
     * @return the bytes that were given back
     */
    public long giveBack(MemorySegment part) {
        long start = part.address() + pageSize - 1 & -pageSize;
        long end = part.address() + part.byteSize() & -pageSize;
        if (start >= end) {
            return 0;
        }
        MemorySegment pages = part.asSlice(start - part.address(), end - start);
        try {
            return (int) advise.invokeExact(pages, end - start, DONT_NEED) == 0 ? end - start : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise could not be called", e);
        }
    }
}
