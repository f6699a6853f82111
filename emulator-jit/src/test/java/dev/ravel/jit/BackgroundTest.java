package dev.ravel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.Translation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However much a guest asks for, what waits stays bounded; what has come too late is not done; what was asked for in time is. */
@Timeout(60)
class BackgroundTest {
    private static final int PAGE = 4096;

    private final Semaphore mayTranslate = new Semaphore(0);
    private final BlockingQueue<Integer> translated = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final AtomicInteger mostAwaited = new AtomicInteger();
    private volatile boolean compiled = true;
    private final AtomicInteger beforeFirstPremiere = new AtomicInteger();
    private volatile long millis;
    private final Background background = new Background(this::translate, () -> {});

    private void translate(Background.Request request) {
        translated.add(request.offset());
        mayTranslate.acquireUninterruptibly();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        background.await(new Made((Page) request.page(), request.offset()));
        mostAwaited.accumulateAndGet(background.awaited(), Math::max);
    }

    @AfterEach
    void close() {
        mayTranslate.release(PAGE);
        background.close();
    }

    @Test
    void whatIsAskedForIsTranslatedAndRunsWhenItIsCompiled() throws InterruptedException {
        compiled = false;
        mayTranslate.release();
        assertThat(request(new Page(), 8)).isTrue();
        assertThat(translated.take()).isEqualTo(8);
        compiled = true;
        assertThat(told.take()).isEqualTo("8 compiled");
    }

    @Test
    void whatIsNotCompiledForLongRunsNevertheless() throws InterruptedException {
        compiled = false;
        mayTranslate.release();
        request(new Page(), 8);
        assertThat(told.take()).isEqualTo("8 not compiled");
    }

    @Test
    void moreRequestsThanCanWaitAreRefusedAndTheOthersAreDone() throws InterruptedException {
        Page page = new Page();
        request(page, 0);
        translated.take();
        int taken = 0;
        while (request(page, 2 * (taken + 1))) {
            taken++;
        }
        assertThat(taken).isEqualTo(Background.MAX_REQUESTS);
        mayTranslate.release(taken + 1);
        for (int i = 0; i <= taken; i++) {
            assertThat(told.take()).isEqualTo(2 * i + " compiled");
        }
    }

    @Test
    void requestsWaitWhileManyUnitsAreNotCompiled() throws InterruptedException {
        compiled = false;
        int many = 2 * Background.MAX_AWAITED;
        mayTranslate.release(many);
        Page page = new Page();
        for (int i = 0; i < many; i++) {
            assertThat(request(page, 2 * i)).isTrue();
        }
        for (int i = 0; i < many; i++) {
            assertThat(told.take()).isEqualTo(2 * i + " not compiled");
        }
        assertThat(mostAwaited).hasValue(Background.MAX_AWAITED);
    }

    @Test
    void looksAreNotPutOffByRequests() throws InterruptedException {
        // Each is looked at a millisecond after it was made.
        millis = 2;
        Page page = new Page();
        for (int i = 0; i < 1000; i++) {
            request(page, 2 * i);
        }
        mayTranslate.release(1000);
        assertThat(told.take()).isEqualTo("0 compiled");
        assertThat(beforeFirstPremiere).as("translated before").hasValueLessThan(20);
    }

    @Test
    void aFailureAtTheBeginningEndsNothing() throws InterruptedException {
        BlockingQueue<Integer> asked = new LinkedBlockingQueue<>();
        try (Background failing = new Background(request -> asked.add(request.offset()), () -> {
            throw new IllegalStateException("wanted by the test");
        })) {
            failing.request(new Background.Request(new Page(), 8, false, true, 0));
            assertThat(asked.take()).isEqualTo(8);
        }
    }

    @Test
    void stalePagesAreNotTranslatedAndTheirUnitsNeverRun() throws InterruptedException {
        Page changing = new Page();
        Page other = new Page();
        compiled = false;
        request(changing, 0);
        translated.take();
        request(changing, 2);
        request(other, 4);
        changing.current = false;
        mayTranslate.release(2);
        assertThat(translated.take()).as("the next that is translated").isEqualTo(4);
        assertThat(told.take()).isEqualTo("0 forgotten");
        compiled = true;
        assertThat(told.take()).isEqualTo("4 compiled");
    }

    @Test
    void whatIsInAUnitThatIsAwaitedIsNotTranslatedAgainButMayAsk() throws InterruptedException {
        Page page = new Page();
        compiled = false;
        mayTranslate.release(2);
        request(page, 6);
        request(page, 6);
        request(page, 10);
        assertThat(List.of(translated.take(), translated.take())).containsExactly(6, 10);
        assertThat(page.sampledAnew).containsExactly(6);
    }

    private boolean request(Page page, int offset) {
        return background.request(new Background.Request(page, offset, false, true, 0));
    }

    /** A unit of one instruction. */
    private final class Made implements Background.Awaited {
        private final Page page;
        private final int offset;

        Made(Page page, int offset) {
            this.page = page;
            this.offset = offset;
        }

        @Override
        public CodeSource page() {
            return page;
        }

        @Override
        public boolean holds(int offset) {
            return offset == this.offset;
        }

        @Override
        public boolean isCompiled() {
            return compiled;
        }

        @Override
        public void premiere(boolean compiled) {
            beforeFirstPremiere.compareAndSet(0, translated.size());
            told.add(offset + (compiled ? " compiled" : " not compiled"));
        }

        @Override
        public void forget() {
            told.add(offset + " forgotten");
        }
    }

    /** A page with no translations. */
    private static final class Page implements CodeSource {
        private final Set<Integer> sampledAnew = ConcurrentHashMap.newKeySet();
        private volatile boolean current = true;

        @Override
        public int number() {
            return 0;
        }

        @Override
        public boolean isCurrent() {
            return current;
        }

        @Override
        public boolean isMet(int offset) {
            return true;
        }

        @Override
        public int halfword(int offset) {
            return 0;
        }

        @Override
        public boolean isEntry(int offset) {
            return true;
        }

        @Override
        public boolean isTranslated(int offset) {
            return false;
        }

        @Override
        public boolean install(int offset, Translation translation) {
            return current;
        }

        @Override
        public void sampleAnew(int offset) {
            sampledAnew.add(offset);
        }

        @Override
        public void remove(int offset, Translation translation) {
            // There is none.
        }
    }
}
