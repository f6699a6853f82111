package dev.ravel.session;

import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A stepper moves the machine piece by piece, so that every moment of the run can be come back to. */
final class RecordedMotion implements Motion {
    /** Steps in a piece: others wait that long for the machine. */
    private static final long PIECE = 1 << 20;

    private final Stepper stepper;
    private final ReentrantLock control;
    private final Condition changed;
    private final Consumer<Throwable> broken;

    // Guarded by the lock.
    private Optional<Pace> pace = Optional.empty();
    private Speed speed = Speed.FULL;
    private boolean started;
    private boolean running;
    private boolean closed;

    /**
     * @param broken is told what the machine's run broke of
     */
    RecordedMotion(Stepper stepper, ReentrantLock control, Consumer<Throwable> broken) {
        this.stepper = stepper;
        this.control = control;
        this.changed = control.newCondition();
        this.broken = broken;
    }

    @Override
    public void start() {
        running = true;
        paceAnew();
        if (!started) {
            started = true;
            Thread.ofPlatform().name("recorded-run").daemon().start(this::run);
        }
    }

    @Override
    public void pause() {
        running = false;
    }

    @Override
    public void resume() {
        running = true;
        paceAnew();
    }

    @Override
    public void reset() {
        stepper.reset();
    }

    @Override
    public void setSpeed(Speed wanted) {
        if (wanted instanceof Speed.Share) {
            throw new IllegalArgumentException("a machine that is moved step by step has a rate");
        }
        speed = wanted;
        paceAnew();
    }

    private void paceAnew() {
        pace = speed instanceof Speed.Rate(long steps)
                ? Optional.of(new Pace(steps, System.nanoTime()))
                : Optional.empty();
        changed.signalAll();
    }

    @Override
    public void close() {
        closed = true;
        changed.signalAll();
    }

    private void run() {
        boolean goesOn = true;
        while (goesOn) {
            // Between two pieces the lock is free for those who wait for it: it is fair.
            control.lock();
            try {
                goesOn = awaitDue() && !(piece() instanceof StepResult.Ended);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                goesOn = false;
            } catch (Throwable e) {
                broken.accept(e);
                goesOn = false;
            } finally {
                control.unlock();
            }
        }
    }

    /** Waits until there is a step to be made; false if there will be none. */
    private boolean awaitDue() throws InterruptedException {
        while (!closed) {
            if (!running) {
                changed.await();
            } else if (pace.isPresent() && pace.get().due(System.nanoTime()) == 0) {
                long unused = changed.awaitNanos(pace.get().untilNext(System.nanoTime()));
            } else {
                return true;
            }
        }
        return false;
    }

    private StepResult piece() {
        if (pace.isEmpty()) {
            return stepper.advance(PIECE);
        }
        long before = stepper.position();
        StepResult result = stepper.advance(Math.min(PIECE, pace.get().due(System.nanoTime())));
        // After a reset it begins to count anew.
        pace.get().made(Math.max(0, stepper.position() - before));
        return result;
    }
}
