package dev.ravel.engine.compare;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.Clock;
import dev.ravel.time.EventQueue;
import dev.ravel.time.TimeCounter;
import java.util.Map;
import java.util.Optional;

/**
 * A hart and an engine without a world: they execute slices that another one has executed, and are told what came from
 * outside then. What they ask of the world must be what the other one asked.
 */
final class Follower implements AutoCloseable {
    private final Ram ram;
    private final Hart hart;
    private final ExecutionEngine engine;

    private Slice slice = new Slice();
    private int nextAccess;
    private int nextTime;
    private boolean running;
    private Optional<String> complaint = Optional.empty();

    /**
     * A follower with RAM of its own that sees the windows of {@code world}.
     *
     * @param id the hart's number
     */
    Follower(Bus world, Ram ram, int id, EngineProvider provider) {
        this.ram = ram;
        Bus bus = new Bus(ram);
        world.windows().forEach(window -> bus.map(window.base(), window.size(), window.device()));
        bus.setAccess(new Replay());
        hart = new Hart(id, new Mmu(bus, id), new TimeCounter(new ReplayedClock(), new NoEvents()));
        engine = provider.create(bus);
    }

    Hart hart() {
        return hart;
    }

    /** What the engine counts. */
    Map<String, Long> counters() {
        return engine.counters();
    }

    /** Before it runs: what the guest begins with is in RAM. */
    void loaded() {
        engine.loaded();
    }

    Ram ram() {
        return ram;
    }

    /** What it did otherwise than the slice says, if anything: a sentence. */
    Optional<String> complaint() {
        return complaint;
    }

    /** Instructions executed since ever, those that trapped and interrupts taken included. */
    static long executed(Hart hart) {
        return hart.instret + hart.trapsTaken;
    }

    /**
     * Executes a slice, whose beginning the hart has come to, or the first instructions of it. Sets {@link #complaint}.
     *
     * @param limit how many instructions at most
     */
    void execute(Slice what, long limit) {
        slice = what;
        nextAccess = 0;
        nextTime = 0;
        complaint = Optional.empty();
        long wanted = Math.min(what.instructions, limit);
        long left = wanted;
        boolean waits = false;
        hart.clearAttention();
        running = true;
        while (left > 0 && complaint.isEmpty()) {
            long before = executed(hart);
            waits = engine.run(hart, left) == ExecutionEngine.Stop.WAIT;
            long done = executed(hart) - before;
            left -= done;
            if (done <= 0) {
                complain("made no progress");
            } else if (waits && left > 0) {
                complain("waits " + left + " instructions too early");
            }
            hart.clearAttention();
        }
        running = false;
        if (left < 0) {
            complain("executed " + -left + " instructions more than asked for");
        }
        if (wanted == what.instructions) {
            if (waits != what.waited) {
                complain(waits ? "waits" : "does not wait");
            }
            if (nextAccess < what.accesses.size()) {
                complain("has not done the " + what.accesses.get(nextAccess));
            }
            if (nextTime < what.timeCount()) {
                complain("has not looked at the time");
            }
        }
    }

    private void complain(String what) {
        if (complaint.isEmpty()) {
            complaint = Optional.of(what);
        }
    }

    /** Answers as the devices answered. */
    private final class Replay implements Bus.Access {
        @Override
        public long read(Bus.Window window, long address, int size) {
            Optional<Slice.Access> access = next(false, address, size, 0);
            return access.map(Slice.Access::value).orElse(0L);
        }

        @Override
        public void write(Bus.Window window, long address, int size, long value) {
            next(true, address, size, value);
        }

        private Optional<Slice.Access> next(boolean write, long address, int size, long value) {
            String what = (write ? "a write" : "a read") + " of " + size + " bytes at 0x" + Long.toHexString(address);
            if (nextAccess == slice.accesses.size()) {
                complain("does " + what + ", which the reference has not done");
                hart.requestAttention();
                return Optional.empty();
            }
            Slice.Access access = slice.accesses.get(nextAccess++);
            if (access.write() != write || access.address() != address || access.size() != size) {
                complain("does " + what + " instead of the " + access);
                hart.requestAttention();
                return Optional.empty();
            }
            long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
            if (write && ((access.value() ^ value) & mask) != 0) {
                complain(String.format(
                        "writes 0x%x, not 0x%x, to the device at 0x%x", value & mask, access.value() & mask, address));
                hart.requestAttention();
            }
            access.patches().forEach(patch -> Interval.apply(patch, ram));
            HartState.setLines(hart, access.lines());
            return Optional.of(access);
        }
    }

    /** The time as the other one saw it. Outside of slices, when a state is put in, it does not matter. */
    private final class ReplayedClock implements Clock {
        @Override
        public long ticks() {
            if (!running) {
                return 0;
            }
            if (nextTime == slice.timeCount()) {
                complain("looks at the time, which the reference has not done");
                hart.requestAttention();
                return 0;
            }
            return slice.time(nextTime++);
        }

        @Override
        public long epochNanos() {
            return 0;
        }
    }

    /** Nothing happens by itself: the wires follow those of the other hart. */
    private static final class NoEvents implements EventQueue {
        @Override
        public void post(Runnable handler) {}

        @Override
        public Scheduled schedule(long deadline, Runnable handler) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
