package dev.ravel.host.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A page of the host: {@code getpagesize}. It is asked for when it is needed, which is after a machine has started. */
@SuppressWarnings("restricted") // Native calls are what this is for.
final class HostPage {
    /** Its bytes. */
    static final int SIZE = size();

    private HostPage() {}

    private static int size() {
        Linker linker = Linker.nativeLinker();
        MethodHandle size = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getpagesize"), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            return (int) size.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("the size of the host's pages could not be asked for", e);
        }
    }
}
