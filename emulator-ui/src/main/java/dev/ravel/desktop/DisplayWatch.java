package dev.ravel.desktop;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells when the X server goes away, or the way to it. Xlib would end the process then, at once and without a word, machines with it;
 * it does not while its handler of such errors has not come back ({@code XSetIOErrorHandler}). The toolkit's threads are of no use any
 * more.
 */
final class DisplayWatch {
    private static final System.Logger LOG = System.getLogger(DisplayWatch.class.getName());

    private static final String LIBRARY = "libX11.so.6";

    /** So much later the process ends, whatever it is waiting for. */
    private static final long LAST_SECONDS = 60;

    private static final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private static final AtomicBoolean gone = new AtomicBoolean();

    private DisplayWatch() {}

    /** Begins, once the toolkit has opened the display; does nothing where there is no Xlib. */
    @SuppressWarnings("restricted") // there is no other way to be told
    static void begin() {
        if ("Headless".equals(System.getProperty("glass.platform"))) {
            return;
        }
        try {
            Linker linker = Linker.nativeLinker();
            MemorySegment setter =
                    SymbolLookup.libraryLookup(LIBRARY, Arena.global()).findOrThrow("XSetIOErrorHandler");
            MethodHandle handler = MethodHandles.lookup()
                    .findStatic(DisplayWatch.class, "lost", MethodType.methodType(int.class, MemorySegment.class));
            MemorySegment stub = linker.upcallStub(
                    handler, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS), Arena.global());
            Object before = linker.downcallHandle(
                            setter, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invoke(stub);
            LOG.log(System.Logger.Level.DEBUG, "the handler before was {0}", before);
            endBeforeLibrariesDo(linker);
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.DEBUG, "nobody tells when the display goes away", e);
        }
    }

    /**
     * Has the process end, once Java is done, before libraries close what they have open. They would wait for a lock of Xlib, and if the
     * display goes away just then, the thread that has it is told and, as Java has stopped, never comes back.
     */
    @SuppressWarnings("restricted") // there is no other way to be before them
    private static void endBeforeLibrariesDo(Linker linker) throws Throwable {
        SymbolLookup system = linker.defaultLookup();
        // What on_exit registers is called with the exit status, which is all that _exit wants. Only glibc has it.
        int refused = (int) linker.downcallHandle(
                        system.findOrThrow("on_exit"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                .invoke(system.findOrThrow("_exit"), MemorySegment.NULL);
        LOG.log(System.Logger.Level.DEBUG, "on_exit: {0}", refused);
    }

    /** Whether it has gone away. */
    static boolean gone() {
        return gone.get();
    }

    /** Ends the process without what libraries do at its end: Xlib's is held by the thread that it has told. */
    @SuppressWarnings("restricted") // the JVM's own ways all end in exit(3)
    static void end(int status) {
        try {
            Linker linker = Linker.nativeLinker();
            linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("_exit"),
                            FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                    .invoke(status);
        } catch (Throwable e) {
            Runtime.getRuntime().halt(status);
        }
    }

    /** Has somebody told, on another thread than the toolkit's. */
    static void onLoss(Runnable listener) {
        listeners.add(listener);
    }

    /** Called by Xlib on each thread that needs the display. */
    @SuppressWarnings({"UnusedVariable", "UnusedMethod"}) // Xlib calls it by the handle, with its display
    private static int lost(MemorySegment display) {
        if (gone.compareAndSet(false, true)) {
            Thread.ofPlatform().name("display-gone").start(() -> listeners.forEach(Runnable::run));
            Thread.ofPlatform().name("display-gone-end").daemon().start(() -> {
                sleep(LAST_SECONDS);
                end(1);
            });
        }
        while (true) {
            sleep(Long.MAX_VALUE);
        }
    }

    private static void sleep(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            // There is nothing to go on with.
        }
    }
}
