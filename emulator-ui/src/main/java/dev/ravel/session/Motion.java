package dev.ravel.session;

import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.Machine;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** What lets a machine run and stand still. All methods are called by one who holds the session's lock. */
sealed interface Motion {
    void start();

    void pause();

    void resume();

    void reset();

    /** Ends it, after the machine was stopped. */
    void close();

    /** The machine runs by itself. */
    record Free(Machine machine) implements Motion {
        @Override
        public void start() {
            machine.start();
        }

        @Override
        public void pause() {
            machine.pause();
        }

        @Override
        public void resume() {
            machine.resume();
        }

        @Override
        public void reset() {
            machine.reset();
        }

        @Override
        public void close() {}
    }

    /** A stepper moves it piece by piece, so that every moment of the run can be come back to. */
    final class Recorded implements Motion {
        /** Steps in a piece: others wait that long for the machine. */
        private static final long PIECE = 1 << 20;

        private final Stepper stepper;
        private final ReentrantLock control;
        private final Condition changed;
        private final Consumer<Throwable> broken;

        // Guarded by the lock.
        private boolean started;
        private boolean running;
        private boolean closed;

        /**
         * @param broken is told what the machine's run broke of
         */
        Recorded(Stepper stepper, ReentrantLock control, Consumer<Throwable> broken) {
            this.stepper = stepper;
            this.control = control;
            this.changed = control.newCondition();
            this.broken = broken;
        }

        @Override
        public void start() {
            running = true;
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
            changed.signalAll();
        }

        @Override
        public void reset() {
            stepper.reset();
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
                    while (!running && !closed) {
                        changed.awaitUninterruptibly();
                    }
                    goesOn = !closed && !(stepper.advance(PIECE) instanceof StepResult.Ended);
                } catch (Throwable e) {
                    broken.accept(e);
                    goesOn = false;
                } finally {
                    control.unlock();
                }
            }
        }
    }
}
