package dev.ravel.host.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What a Linux host may do with memory that stays mapped: {@code madvise}. For any thread. */
@SuppressWarnings("restricted") // Native calls are what this is for.
public final class MemoryAdvice {
    /** {@code MADV_DONTNEED}. */
    private static final int DONT_NEED = 4;

    /** {@code MADV_HUGEPAGE}. */
    private static final int HUGE_PAGES = 14;

    private final MemoryCalls calls;

    private MemoryAdvice(MemoryCalls calls) {
        this.calls = calls;
    }

    /** A way for segments, which stay mapped as long as the call takes. Found when it is needed, which is after a machine has started. */
    private static final class OnSegments {
        static final MethodHandle ADVISE = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("madvise"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
    }

    /** This host's; empty if it is another system, or native access is not allowed. */
    public static Optional<MemoryAdvice> ofHost() {
        return System.getProperty("os.name", "").equals("Linux")
                ? MemoryCalls.ofHost().map(MemoryAdvice::new)
                : Optional.empty();
    }

    /**
     * Asks for large pages for memory that stays mapped meanwhile, where the host has them: it then clears 2 MiB at once where it would be asked for 4 KiB at a time, and its processor
     * finds its way to them sooner. A host that has none does not mind.
     */
    public void preferHugePages(MemorySegment memory) {
        // Whatever the answer is, the memory is there.
        calls.advise(memory.address(), memory.byteSize(), HUGE_PAGES);
    }

    /**
     * Gives the host's pages back that lie wholly in a part of a private mapping. They read as zero, or as the mapped file,
     * from now on.
     *
     * @return the bytes that were given back
     */
    public long giveBack(MemorySegment part) {
        long start = part.address() + HostPage.SIZE - 1 & -HostPage.SIZE;
        long end = part.address() + part.byteSize() & -HostPage.SIZE;
        if (start >= end) {
            return 0;
        }
        MemorySegment pages = part.asSlice(start - part.address(), end - start);
        try {
            return (int) OnSegments.ADVISE.invokeExact(pages, end - start, DONT_NEED) == 0 ? end - start : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise could not be called", e);
        }
    }
}
