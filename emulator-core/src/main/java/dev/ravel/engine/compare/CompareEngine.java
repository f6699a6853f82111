package dev.ravel.engine.compare;

import dev.ravel.engine.DifferenceException;
import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a machine on one engine, the reference, and everything once more on another one, the subject; the first difference
 * ends it with a {@link DifferenceException}.
 *
 * <p><b>How.</b> The reference executes a slice of instructions on the machine itself. A {@link Recorder} writes down what
 * came from outside. A {@link Follower} then executes exactly as many instructions on a hart and RAM of its own, and gets
 * the same answers. Now all registers, CSRs and counters of the two harts must be equal. So must the RAM be; which pages
 * may have changed is known from the translations of stores, and these pages are compared after a while, and at the end.
 *
 * <p><b>What is between slices</b> happens to both: interrupt wires are set alike, an interrupt that was taken is taken,
 * and what was written to RAM is copied. A state that cannot be explained so (after a reset, or a debugger's doing) is
 * copied whole.
 *
 * <p><b>After a difference</b> {@link Investigation} goes back to the beginning of the {@link Interval} and looks for the
 * first instruction that makes one.
 *
 * <p>One hart only: with more, the order of their accesses to memory would have to be recorded as well.
 */
public final class CompareEngine implements ExecutionEngine {
    /** Instructions of a slice at most. */
    private static final long SLICE = 1 << 16;

    /** Instructions after which RAM is compared and a new interval begins. */
    private static final long INTERVAL = 1 << 18;

    private final Bus bus;
    private final EngineProvider referenceProvider;
    private final EngineProvider subjectProvider;
    private final ExecutionEngine reference;
    private final Ram copy;
    private final HartState.Names names;
    private final HartState.Equality equality = new HartState.Equality();

    private @Nullable Pair pair;

    /** The machine's hart and its double, from the first run on. */
    private record Pair(Hart hart, Follower follower, Recorder recorder) {}

    private @Nullable Interval interval;

    /** Written by whoever writes much to RAM while the hart stands still. */
    private volatile boolean intervalIsOver;

    private boolean differed;

    /**
     * Engines in lockstep for the machine with that bus.
     *
     * @throws UncheckedIOException if there is no memory for a second RAM
     */
    public CompareEngine(Bus bus, EngineProvider reference, EngineProvider subject) {
        this.bus = bus;
        this.referenceProvider = reference;
        this.subjectProvider = subject;
        this.names = new HartState.Names(
                reference.name(), subject.name().equals(reference.name()) ? "its double" : subject.name());
        try {
            copy = Ram.allocate(bus.ram().base(), bus.ram().size(), bus.ram().shadow());
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException("comparing needs the RAM twice: " + e.getMessage(), e));
        }
        this.reference = reference.create(bus);
        Mirror mirror = new Mirror();
        for (int page = 0; page < bus.ram().pages(); page++) {
            if (bus.ram().isTouched(page)) {
                mirror.written((long) page << Ram.PAGE_SHIFT, Ram.PAGE_SIZE);
            }
        }
        bus.ram().setWatcher(mirror);
    }

    /** Keeps the copy up to date until the first run. */
    private final class Mirror implements Ram.Watcher {
        @Override
        public void storing(int page) {}

        @Override
        public void written(long offset, long length) {
            copy.segment().asSlice(offset, length).copyFrom(bus.ram().segment().asSlice(offset, length));
        }
    }

    @Override
    public String name() {
        return "compare";
    }

    /** Those of the subject. */
    @Override
    public Map<String, Long> counters() {
        Pair both = pair;
        return both == null ? Map.of() : both.follower.counters();
    }

    @Override
    public Stop run(Hart hart, long maxInstructions) {
        Pair both = pair(hart);
        meet(both);
        long left = maxInstructions;
        while (true) {
            long asked = Math.min(left, SLICE);
            Slice slice = lead(both, asked);
            follow(both, slice);
            left -= slice.instructions;
            if (slice.waited) {
                return Stop.WAIT;
            }
            if (left <= 0 || hart.needsAttention()) {
                return Stop.POLL;
            }
            slice(both).lines = hart.csrs.interrupts.lines();
        }
    }

    private Pair pair(Hart hart) {
        if (pair == null) {
            Follower follower = new Follower(bus, copy, hart.id(), subjectProvider);
            interval = new Interval(hart);
            Recorder recorder = new Recorder(bus, copy, hart, interval, () -> intervalIsOver = true);
            bus.setAccess(recorder);
            bus.ram().setWatcher(recorder);
            hart.csrs.time().setWitness(recorder);
            copy.setWatcher(new CopyWatcher());
            interval.start.copyTo(follower.hart());
            follower.loaded();
            pair = new Pair(hart, follower, recorder);
        } else if (pair.hart != hart) {
            throw new IllegalStateException("compare runs one hart; this is a second one");
        }
        return pair;
    }

    /** Keeps what the subject is going to change. */
    private final class CopyWatcher implements Ram.Watcher {
        @Override
        public void storing(int page) {
            interval().keep(copy, page);
        }

        @Override
        public void written(long offset, long length) {}
    }

    private Interval interval() {
        if (interval == null) {
            throw new IllegalStateException("not before the first run");
        }
        return interval;
    }

    private static Slice slice(Pair both) {
        return both.recorder.slice();
    }

    /** Brings the double to where the hart is now, after whatever has happened between slices. */
    private void meet(Pair both) {
        Hart hart = both.hart;
        Hart doubled = both.follower.hart();
        Slice slice = slice(both);
        slice.lines = hart.csrs.interrupts.lines();
        HartState.setLines(doubled, slice.lines);
        if (hart.trapsTaken != doubled.trapsTaken) {
            slice.interrupt = true;
            doubled.takeInterrupt();
        }
        if (intervalIsOver || !equality.holds(hart, doubled)) {
            intervalIsOver = false;
            HartState state = new HartState(hart);
            if (!equality.holds(hart, doubled)) {
                state.copyTo(doubled);
            }
            begin(both);
            slice.interrupt = false;
        }
    }

    /** Both machines are equal: a new interval. */
    private void begin(Pair both) {
        interval = new Interval(both.hart);
        both.recorder.begin(interval);
        // From now on each store has to be told once more.
        both.hart.mmu.forgetStores();
        both.follower.hart().mmu.forgetStores();
    }

    private Slice lead(Pair both, long limit) {
        long before = Follower.executed(both.hart);
        both.recorder.start();
        Stop stop;
        try {
            stop = reference.run(both.hart, limit);
        } finally {
            slice(both).instructions = Follower.executed(both.hart) - before;
        }
        slice(both).waited = stop == Stop.WAIT;
        return both.recorder.stop();
    }

    private void follow(Pair both, Slice slice) {
        interval().add(slice);
        both.follower.execute(slice, slice.instructions);
        Optional<String> complaint = both.follower.complaint();
        if (complaint.isPresent() || !equality.holds(both.hart, both.follower.hart())) {
            throw difference(both);
        }
        if (interval().instructions() >= INTERVAL) {
            compareMemory(both);
            begin(both);
        }
    }

    private void compareMemory(Pair both) {
        if (interval().mismatch(bus.ram(), copy) >= 0) {
            throw difference(both);
        }
    }

    private DifferenceException difference(Pair both) {
        differed = true;
        return new DifferenceException(
                new Investigation(names, bus, both.hart, both.follower, interval(), referenceProvider).report());
    }

    /**
     * Compares what has not been compared yet, and gives the second machine back.
     *
     * @throws DifferenceException if there is a difference in RAM
     */
    @Override
    public void close() {
        try {
            if (pair != null && !differed) {
                compareMemory(pair);
            }
        } finally {
            release();
        }
    }

    private void release() {
        reference.close();
        if (pair != null) {
            pair.follower.close();
            pair.hart.csrs.time().setWitness(now -> {});
        }
        bus.setAccess(bus.devices());
        bus.ram().setWatcher(Ram.Watcher.NOBODY);
        copy.close();
    }
}
