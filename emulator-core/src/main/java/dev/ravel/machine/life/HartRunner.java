package dev.ravel.machine.life;

import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.machine.board.Assembly;
import dev.ravel.observe.Observer;
import dev.ravel.time.BoundaryQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread of one hart: slices of instructions, and between them events, interrupts and the owner's wishes.
 *
 * <p>A slice ends at once when a device or another thread asks for attention, and within some ten thousand instructions when
 * an event becomes due.
 */
public final class HartRunner implements Runnable {
    /** Instructions in a slice, at most: attention and deadlines end it earlier. */
    private static final long SLICE = 1 << 24;

    /** How long a waiting hart sleeps when nothing is due: whoever has something for it wakes it. */
    private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

    /** How long somebody who looks on between pieces lets a hart sleep. */
    private static final long SHORT_WAIT = TimeUnit.MILLISECONDS.toNanos(50);

    private final Hart hart;
    private final ExecutionEngine engine;
    private final Assembly parts;
    private final LifeCycle life;
    private final Consumer<Throwable> broken;

    /** The count of instructions at which an observer is told where the hart is. */
    private long sampleAt;

    private int random = 1;

    /**
     * The runner of a hart.
     *
     * @param broken is told what a hart's thread died of
     */
    public HartRunner(Hart hart, Assembly parts, LifeCycle life, Consumer<Throwable> broken) {
        this.hart = hart;
        this.engine = parts.engine();
        this.parts = parts;
        this.life = life;
        this.broken = broken;
        hart.setDeadline(this::eventDue);
    }

    @Override
    public void run() {
        life.enter();
        try {
            while (life.checkpoint()) {
                runUntilHalted();
            }
        } catch (Throwable e) {
            broken.accept(e);
        } finally {
            life.leave();
        }
    }

    private void runUntilHalted() {
        while (!life.mustHalt()) {
            if (slice(SLICE) == ExecutionEngine.Stop.WAIT) {
                await();
            }
        }
    }

    /** Events, interrupts, and at most {@code limit} instructions, by the calling thread. */
    private ExecutionEngine.Stop slice(long limit) {
        hart.clearAttention();
        runDueEvents();
        hart.takeInterrupt();
        return execute(limit);
    }

    private ExecutionEngine.Stop execute(long limit) {
        long budget = Math.min(limit, parts.timeSource().budget(parts.events().nextDeadline()));
        Observer observer = hart.observer();
        if (observer == Observer.NONE) {
            return engine.run(hart, budget);
        }
        long interval = observer.samplingInterval();
        ExecutionEngine.Stop stop = engine.run(hart, interval == 0 ? budget : Math.min(budget, untilSample(interval)));
        if (interval != 0 && hart.instret >= sampleAt) {
            observer.sampled(hart.id(), hart.pc);
        }
        if (stop == ExecutionEngine.Stop.WAIT) {
            observer.hartWaits(hart.id(), hart.pc);
        }
        return stop;
    }

    /** Instructions until the next sample is due; a reset, or a snapshot that was restored, may have set the count back. */
    private long untilSample(long interval) {
        long left = sampleAt - hart.instret;
        if (left <= 0 || left > interval) {
            random = random * 1_664_525 + 1_013_904_223;
            left = interval - (random >>> 16) * (interval / 8) / (1 << 16);
            sampleAt = hart.instret + left;
        }
        return left;
    }

    /** Runs one instruction, which an interrupt may precede. */
    public void step() {
        slice(1);
    }

    /**
     * Runs at most {@code most} instructions, those that trap included, as one piece; where the hart waits, some of the time
     * is waited.
     */
    public void advance(long most) {
        if (slice(most) == ExecutionEngine.Stop.WAIT) {
            awaitShortly();
        }
    }

    /** Runs one instruction, or takes an interrupt. */
    public void advanceOne() {
        hart.clearAttention();
        runDueEvents();
        if (!hart.takeInterrupt() && execute(1) == ExecutionEngine.Stop.WAIT) {
            awaitShortly();
        }
    }

    /** Runs one instruction and nothing else: events and interrupts that are due wait. */
    public void stepAlone() {
        hart.clearAttention();
        engine.run(hart, 1);
    }

    private void awaitShortly() {
        hart.clearAttention();
        runDueEvents();
        long deadline = parts.events().nextDeadline();
        long nanos = deadline == BoundaryQueue.NEVER
                ? SHORT_WAIT
                : Math.min(SHORT_WAIT, parts.timeSource().nanosUntil(deadline));
        if (nanos > 0) {
            hart.awaitAttention(nanos);
        }
    }

    private boolean eventDue() {
        long deadline = parts.events().nextDeadline();
        return deadline != BoundaryQueue.NEVER && deadline <= parts.timeSource().ticks();
    }

    private void runDueEvents() {
        BoundaryQueue events = parts.events();
        if (events.nextDeadline() == BoundaryQueue.NEVER) {
            return;
        }
        long now = parts.timeSource().ticks();
        if (events.nextDeadline() <= now) {
            parts.bus().deviceLock().lock();
            try {
                events.runDue(now);
            } finally {
                parts.bus().deviceLock().unlock();
            }
        }
    }

    /** Waits as {@code wfi} does; the thread sleeps meanwhile. */
    private void await() {
        while (!life.mustHalt() && !hart.interruptReady()) {
            hart.clearAttention();
            runDueEvents();
            long deadline = parts.events().nextDeadline();
            if (deadline == BoundaryQueue.NEVER) {
                hart.awaitAttention(FOREVER);
            } else {
                long nanos = parts.timeSource().nanosUntil(deadline);
                if (nanos > 0) {
                    hart.awaitAttention(nanos);
                }
            }
        }
    }
}
