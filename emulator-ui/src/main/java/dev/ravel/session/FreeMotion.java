package dev.ravel.session;

import dev.ravel.machine.Machine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The machine runs by itself. Where it is to be slow, a thread lets it stand still again and again. */
final class FreeMotion implements Motion {
    /** A turn of running and standing still, but for very slow machines. */
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(20);

    /** It runs as long at least: less would be nothing but starting and stopping. */
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(1);

    /** As long as that without an instruction, and the guest has nothing to do. */
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(30);

    private final Machine machine;
    private final ReentrantLock control;
    private final Condition changed;

    // Guarded by the lock.
    private Speed speed = Speed.FULL;
    private boolean running;
    private boolean throttled;
    private boolean closed;

    FreeMotion(Machine machine, ReentrantLock control) {
        this.machine = machine;
        this.control = control;
        this.changed = control.newCondition();
    }

    @Override
    public void start() {
        machine.start();
        running = true;
        changed.signalAll();
    }

    @Override
    public void pause() {
        machine.pause();
        running = false;
        changed.signalAll();
    }

    @Override
    public void resume() {
        machine.resume();
        running = true;
        changed.signalAll();
    }

    @Override
    public void reset() {
        machine.reset();
    }

    @Override
    public void setSpeed(Speed wanted) {
        if (wanted instanceof Speed.Rate) {
            throw new IllegalArgumentException("a machine that runs by itself has no rate");
        }
        speed = wanted;
        changed.signalAll();
        if (!throttled && wanted instanceof Speed.Share) {
            throttled = true;
            Thread.ofPlatform().name("slow-motion").daemon().start(this::throttle);
        }
    }

    @Override
    public void close() {
        closed = true;
        changed.signalAll();
    }

    private void throttle() {
        control.lock();
        try {
            while (!closed) {
                if (running && speed instanceof Speed.Share(double part)) {
                    turn(part);
                } else {
                    changed.await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            control.unlock();
        }
    }

    /** Lets it run, and then stand still; ended early by whatever changes. */
    private void turn(double part) throws InterruptedException {
        long before = machine.instructionsRetired();
        long nanos = Math.max(LEAST, (long) (TURN * part));
        while (true) {
            long start = System.nanoTime();
            sleep(nanos);
            if (closed || !running || !(speed instanceof Speed.Share)) {
                return;
            }
            machine.pause();
            try {
                if (machine.instructionsRetired() != before || nanos >= LONG) {
                    sleep((long) ((System.nanoTime() - start) * (1 - part) / part));
                    return;
                }
                // The host is so busy that the harts have not come to anything, or they wait.
                nanos *= 2;
            } finally {
                machine.resume();
            }
        }
    }

    /** Sleeps without the lock, unless something changes. */
    private void sleep(long nanos) throws InterruptedException {
        long left = nanos;
        Speed before = speed;
        boolean ranBefore = running;
        while (left > 0 && !closed && speed == before && running == ranBefore) {
            left = changed.awaitNanos(left);
        }
    }
}
