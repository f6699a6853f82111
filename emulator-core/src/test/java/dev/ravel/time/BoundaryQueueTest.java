package dev.ravel.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BoundaryQueueTest {
    private final BoundaryQueue queue = new BoundaryQueue();
    private final List<String> ran = new ArrayList<>();

    private Runnable note(String name) {
        return () -> ran.add(name);
    }

    @Test
    void postedEventsComeFirstThenDeadlinesInOrder() {
        queue.schedule(20, note("20"));
        queue.schedule(10, note("10"));
        queue.schedule(10, note("10 again"));
        queue.schedule(30, note("30"));
        queue.post(note("a"));
        queue.post(note("b"));
        assertThat(queue.nextDeadline()).isEqualTo(BoundaryQueue.NOW);
        assertThat(queue.runDue(20)).isEqualTo(5);
        assertThat(ran).containsExactly("a", "b", "10", "10 again", "20");
        assertThat(queue.nextDeadline()).isEqualTo(30);
        assertThat(queue.runDue(29)).isZero();
    }

    @Test
    void aCancelledEventDoesNotRunAndCancellingAgainIsHarmless() {
        EventQueue.Scheduled event = queue.schedule(10, note("no"));
        queue.schedule(20, note("yes"));
        event.cancel();
        event.cancel();
        assertThat(queue.nextDeadline()).isEqualTo(20);
        queue.runDue(100);
        event.cancel();
        assertThat(ran).containsExactly("yes");
        assertThat(queue.nextDeadline()).isEqualTo(BoundaryQueue.NEVER);
    }

    @Test
    void whatAHandlerAddsRunsAtTheNextBoundary() {
        queue.post(() -> {
            ran.add("first");
            queue.post(note("posted"));
            queue.schedule(0, note("scheduled"));
        });
        assertThat(queue.runDue(5)).isEqualTo(1);
        assertThat(queue.nextDeadline()).isEqualTo(BoundaryQueue.NOW);
        assertThat(queue.runDue(5)).isEqualTo(2);
        assertThat(ran).containsExactly("first", "posted", "scheduled");
    }

    @Test
    void aHandlerMayCancelAnEventThatIsDueToo() {
        List<EventQueue.Scheduled> later = new ArrayList<>();
        queue.schedule(1, () -> later.getFirst().cancel());
        later.add(queue.schedule(2, note("no")));
        queue.runDue(3);
        assertThat(ran).isEmpty();
    }

    @Test
    void aHandlerThatThrowsLeavesTheRestInPlace() {
        queue.post(() -> {
            throw new IllegalStateException("device bug");
        });
        queue.post(note("next"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> queue.runDue(0))
                .hasMessage("device bug");
        queue.runDue(0);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void theWakerHearsOfEventsThatComeEarlierThanAnyBefore() {
        AtomicInteger wakes = new AtomicInteger();
        queue.setWaker(wakes::incrementAndGet);
        queue.schedule(100, note("100"));
        queue.schedule(200, note("200"));
        assertThat(wakes).hasValue(1);
        queue.schedule(50, note("50"));
        assertThat(wakes).hasValue(2);
        queue.post(note("now"));
        assertThat(wakes).hasValue(3);
        queue.runDue(10);
        queue.post(note("now"));
        assertThat(wakes).hasValue(4);
    }

    @Test
    void eventsOfManyThreadsAllRunOnceAndEachThreadsInOrder() throws InterruptedException {
        int threads = 4;
        int each = 2000;
        List<List<Integer>> seen = new ArrayList<>();
        List<Thread> posters = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            List<Integer> mine = new ArrayList<>();
            seen.add(mine);
            posters.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    queue.post(() -> mine.add(number));
                }
            }));
        }
        int total = 0;
        while (total < threads * each) {
            total += queue.runDue(0);
            Thread.onSpinWait();
        }
        for (Thread poster : posters) {
            poster.join();
        }
        assertThat(queue.runDue(0)).isZero();
        for (List<Integer> mine : seen) {
            assertThat(mine).hasSize(each).isSorted();
        }
    }
}
