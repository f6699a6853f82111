package dev.ravel.jit;

import dev.ravel.engine.CodeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that translates beside the harts. It takes requests in their order. What comes of one is not installed at once:
 * HotSpot compiles it first, and the thread looks from time to time whether it has.
 *
 * <p>A guest can ask for more than one thread translates, and for code that it has overwritten when its turn comes. So both
 * are bounded, the requests that wait and the units that are looked at; looks go before requests, and what has become of a
 * page that is stale is forgotten.
 */
final class Background implements AutoCloseable {
    /** Requests that wait at most. */
    static final int MAX_REQUESTS = 1024;

    /** Units that are looked at, at most; with so many, requests wait. */
    static final int MAX_AWAITED = 256;

    /** Looks at a unit after which it is run nevertheless. */
    static final int PATIENCE = 150;

    private static final Logger LOGGER = System.getLogger(Background.class.getName());

    /** From one look at a unit to the next. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Looks from one request to the next, at most: some of them take as long as a translation. */
    private static final int LOOKS = 32;

    /**
     * Code that is to be translated.
     *
     * @param make whether a unit is to be made if none is kept
     * @param now how many instructions the hart had retired
     */
    record Request(CodeSource page, int offset, boolean bare, boolean make, long now) {}

    /** A unit that HotSpot is to compile before it runs. */
    interface Awaited {
        /** The page of its instructions. */
        CodeSource page();

        /** Whether the instruction at that offset in the page is in it. */
        boolean holds(int offset);

        /** Whether it is compiled. */
        boolean isCompiled();

        /** It shall run from now on; {@code compiled} is false if the thread waited long enough. */
        void premiere(boolean compiled);

        /** The page is stale: it shall never run. */
        void forget();
    }

    /** What is looked at, the next one first. */
    private record Look(Awaited unit, long due, int remaining) {}

    private final Consumer<Request> translator;
    private final BlockingQueue<Runnable> requests = new ArrayBlockingQueue<>(MAX_REQUESTS);

    /** For the thread only. */
    private final ArrayDeque<Look> awaited = new ArrayDeque<>();

    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("ravel-jit").factory());

    /** A thread that has {@code translator} translate, after it has done {@code first}. */
    Background(Consumer<Request> translator, Runnable first) {
        this.translator = translator;
        executor.execute(() -> {
            boolean goesOn = attempt(first::run);
            while (goesOn) {
                goesOn = attempt(this::turn);
            }
        });
    }

    /**
     * Asks for a translation. May be called by any thread.
     *
     * @return false if too many requests wait: it is not made then
     */
    boolean request(Request request) {
        return request(() -> take(request));
    }

    /** As {@link #request(Request)}, for anything else that the thread is to do. */
    boolean request(Runnable work) {
        return requests.offer(work);
    }

    /** Has the unit run as soon as it is compiled. For the thread itself: while it translates. */
    void await(Awaited unit) {
        awaited.add(new Look(unit, System.nanoTime() + LOOK_NANOS, PATIENCE));
    }

    /** What the thread does before it looks whether it is to go on. */
    private interface Work {
        void perform() throws InterruptedException;
    }

    /** Does that; false if the engine is being closed. */
    private static boolean attempt(Work work) {
        try {
            work.perform();
        } catch (InterruptedException e) {
            LOGGER.log(Level.DEBUG, "the engine is being closed", e);
            return false;
        } catch (RuntimeException | LinkageError e) {
            // A bug of ours: the harts are to go on, and the thread with them.
            LOGGER.log(Level.WARNING, "a translation is lost", e);
        }
        return true;
    }

    private void turn() throws InterruptedException {
        look();
        Runnable request = next();
        if (request != null) {
            request.run();
        }
    }

    /** Looks at some of the units whose time has come. */
    private void look() {
        for (int i = 0; i < LOOKS; i++) {
            Look look = awaited.peek();
            if (look == null || look.due() - System.nanoTime() > 0) {
                return;
            }
            awaited.remove();
            Awaited unit = look.unit();
            if (!unit.page().isCurrent()) {
                unit.forget();
            } else if (unit.isCompiled()) {
                unit.premiere(true);
            } else if (look.remaining() == 1) {
                unit.premiere(false);
            } else {
                awaited.add(new Look(unit, System.nanoTime() + LOOK_NANOS, look.remaining() - 1));
            }
        }
    }

    /** The next request, or null when it is time to look again. */
    private @Nullable Runnable next() throws InterruptedException {
        Look look = awaited.peek();
        if (look == null) {
            return requests.take();
        }
        long nanos = look.due() - System.nanoTime();
        if (awaited.size() >= MAX_AWAITED) {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return null;
        }
        return requests.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** Has a request met, unless its place is translated or in a unit that is looked at. For the thread itself. */
    void take(Request request) {
        CodeSource page = request.page();
        int offset = request.offset();
        if (!page.isCurrent() || page.isTranslated(offset)) {
            return;
        }
        if (!awaits(page, offset)) {
            translator.accept(request);
        } else if (request.make()) {
            // Where that unit is entered, control comes here within it.
            page.sampleAnew(offset);
        }
    }

    private boolean awaits(CodeSource page, int offset) {
        for (Look look : awaited) {
            if (look.unit().page() == page && look.unit().holds(offset)) {
                return true;
            }
        }
        return false;
    }

    /** How many units are looked at. For tests: for the thread itself. */
    int awaited() {
        return awaited.size();
    }

    /** Ends when what the thread does now is done; all else that was asked for is not done. */
    @Override
    public void close() {
        executor.shutdownNow();
        executor.close();
    }
}
