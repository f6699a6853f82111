package dev.ravel.time;

import dev.ravel.interrupt.InterruptLine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The machine's {@code mtime} (Privileged 1.13, 3.2.1): the clock's ticks plus what the guest wrote to the register.
 * It is also the harts' {@code time} CSR, and drives every comparator: {@code mtimecmp} of the CLINT, {@code
 * stimecmp} of Sstc.
 *
 * <p>Safe for any thread.
 */
public final class TimeCounter {
    /** The value of a comparator that no time reaches. */
    public static final long NEVER = -1;

    private final Clock clock;
    private final EventQueue events;
    private final List<Comparator> comparators = new CopyOnWriteArrayList<>();
    private volatile long offset;
    private volatile Witness witness = now -> {};

    /** Is told what the counter showed whenever it was looked at. */
    @FunctionalInterface
    public interface Witness {
        /** The counter showed {@code now} to somebody, or to a comparator. Called by whichever thread looked. */
        void seen(long now);
    }

    /** A counter that starts at the clock's ticks. */
    public TimeCounter(Clock clock, EventQueue events) {
        this.clock = clock;
        this.events = events;
    }

    /** The counter's value now, in ticks of {@link Clock#TIMEBASE_HZ}. */
    public long value() {
        long now = clock.ticks() + offset;
        witness.seen(now);
        return now;
    }

    /** Sets who is told. */
    public void setWitness(Witness newWitness) {
        witness = newWitness;
    }

    /** Makes the counter go on from {@code value}; comparators look again. */
    public void set(long value) {
        offset = value - clock.ticks();
        comparators.forEach(Comparator::evaluate);
    }

    /** A comparator that starts at {@link #NEVER} and drives {@code line}. */
    public Comparator comparator(InterruptLine line) {
        Comparator comparator = new Comparator(line);
        comparators.add(comparator);
        return comparator;
    }

    /** Asserts a line while the counter is at or past a value, both unsigned. */
    public final class Comparator {
        private final InterruptLine line;
        private volatile long value = NEVER;
        private Optional<EventQueue.Scheduled> next = Optional.empty();

        private Comparator(InterruptLine line) {
            this.line = line;
        }

        /** The value compared with. */
        public long get() {
            return value;
        }

        /** Sets the value, and the line at once where that settles it. */
        public void set(long newValue) {
            value = newValue;
            evaluate();
        }

        private synchronized void evaluate() {
            next.ifPresent(EventQueue.Scheduled::cancel);
            next = Optional.empty();
            long ticks = clock.ticks();
            long now = ticks + offset;
            witness.seen(now);
            boolean reached = Long.compareUnsigned(value, now) <= 0;
            line.set(reached);
            long deadline = ticks + (value - now);
            // A distance of 2^63 ticks or more (29,000 years) is not worth an event.
            if (!reached && value - now > 0 && deadline > 0) {
                next = Optional.of(events.schedule(deadline, this::evaluate));
            }
        }
    }
}
