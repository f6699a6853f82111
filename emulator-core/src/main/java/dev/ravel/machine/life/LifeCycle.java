package dev.ravel.machine.life;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The state that the harts' threads and the machine's owner share: may the harts run, how many stand still, has the
 * machine ended. All of it is guarded by {@link #lock}; the flag that harts poll is volatile besides.
 */
public final class LifeCycle {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable wakeHarts;

    /** How many owners want the machine to stand still; it runs at 0. */
    private int holds = 1;

    private int runningHarts;

    /** Whether harts must come to {@link #checkpoint}. */
    private volatile boolean halt = true;

    private boolean ended;

    /**
     * The life of a machine that stands still, and is held once.
     *
     * @param wakeHarts makes every hart, waiting or not, come to {@link #checkpoint} soon
     */
    public LifeCycle(Runnable wakeHarts) {
        this.wakeHarts = wakeHarts;
    }

    /** Whether a hart has to call {@link #checkpoint} now. */
    boolean mustHalt() {
        return halt;
    }

    /** Called by a hart's thread before its first instruction. */
    void enter() {
        lock.lock();
        try {
            runningHarts++;
        } finally {
            lock.unlock();
        }
    }

    /** Called by a hart's thread when it will not run again. */
    void leave() {
        lock.lock();
        try {
            runningHarts--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Called by a hart's thread between instructions: waits while the machine is held; false when it has ended. */
    boolean checkpoint() {
        lock.lock();
        try {
            if (holds > 0 && !ended) {
                runningHarts--;
                changed.signalAll();
                while (holds > 0 && !ended) {
                    changed.awaitUninterruptibly();
                }
                runningHarts++;
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the machine stand still; returns when no hart runs. Each call needs one {@link #release}. */
    public void hold() {
        beginHold();
        awaitStill();
    }

    /** As {@link #hold}, but does not wait: a hart that calls this executes no other instruction. */
    public void beginHold() {
        lock.lock();
        try {
            holds++;
            halt = true;
        } finally {
            lock.unlock();
        }
        wakeHarts.run();
    }

    /** Waits until no hart runs, after {@link #beginHold}. */
    public void awaitStill() {
        lock.lock();
        try {
            // Also after the end: a hart may be in the middle of its last instruction.
            while (runningHarts > 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes back one {@link #hold}. */
    public void release() {
        lock.lock();
        try {
            if (holds == 0) {
                throw new IllegalStateException("the machine is not held");
            }
            holds--;
            halt = holds > 0 || ended;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody holds the machine. */
    public boolean held() {
        lock.lock();
        try {
            return holds > 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the machine's life.
     *
     * @return whether it had not ended yet
     */
    public boolean end() {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            ended = true;
            halt = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        wakeHarts.run();
        return true;
    }

    /** Waits for threads to finish. */
    public static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive() && thread != Thread.currentThread()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
