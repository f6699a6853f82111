package dev.ravel.jit.runtime;

import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.InstructionClock;
import dev.ravel.time.TimeCounter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/**
 * Makes HotSpot compile units before a hart runs them. Fresh bytecode is interpreted by the JVM, at a fraction of the speed of
 * our own interpreter, until HotSpot has compiled it, which it begins to do after some hundred calls. Here these calls are
 * made, on the thread that translates, with a hart of no machine and with no budget: a unit then leaves before its first
 * instruction.
 */
public final class Rehearsal implements AutoCloseable {
    /**
     * Calls: more than HotSpot's {@code Tier3InvocationThreshold}, which is the larger the more its first compiler has to do; and of what waits for that one, what was called
     * most is compiled first.
     */
    private static final int CALLS = 2500;

    /**
     * Calls in all: more than {@code Tier4MinInvocationThreshold}, which is the larger the more the second compiler has to do, and fewer than {@code
     * Tier4InvocationThreshold}, from which on it takes up a unit for the calls alone: before anything has run in it, for nothing.
     */
    private static final int ALL_CALLS = 4350;

    private static final int TIMED_CALLS = 16;

    private static final int TRIALS = 3;

    /** How many times as fast a call that leaves at once is at least when it is compiled: some ten nanoseconds, where the JVM's interpreter takes hundreds. */
    private static final int GAIN = 4;

    private static final long BASE = 0x8000_0000L;

    private final Ram ram;
    private final GuestState state;

    /** A rehearsal, to be used by one thread at a time. */
    public Rehearsal() {
        try {
            ram = Ram.allocate(BASE, Ram.PAGE_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        InstructionClock clock = new InstructionClock(() -> 0, 1, Instant.EPOCH);
        Hart hart = new Hart(0, new Mmu(new Bus(ram, 1), 0), new TimeCounter(clock, new BoundaryQueue()));
        state = new GuestState(hart, new UnitTable(ram.pages()), Surprises.IGNORED);
    }

    /** Has the unit, which may be entered at these offsets in a page, compiled soon. Nothing else comes of it. */
    public Part rehearse(Unit unit, List<Integer> entries) {
        return new Part(unit, entries);
    }

    /** A unit that is rehearsed. */
    public final class Part {
        private final Unit unit;
        private final List<Integer> entries;

        /** How long calls took before. */
        private final long interpreted;

        private int calls;

        private Part(Unit unit, List<Integer> entries) {
            this.unit = unit;
            this.entries = entries;
            this.interpreted = nanos();
            call(CALLS);
        }

        /** Whether it seems to be compiled, by the time that its calls take: HotSpot does not tell. */
        public boolean isCompiled() {
            return nanos() < interpreted / GAIN;
        }

        /**
         * Once it is compiled: has HotSpot's second compiler take it up for its loops as a whole as soon as these are hot, not loop by
         * loop as on-stack replacements that no call of the unit would find.
         */
        public void repeat() {
            call(Math.max(0, ALL_CALLS - calls));
        }

        /** How much longer a few calls take than calls of nothing, at best. */
        private long nanos() {
            calls += TRIALS * TIMED_CALLS;
            return time(unit, entries) - time(Unit.NONE, entries);
        }

        private void call(int times) {
            Rehearsal.this.call(unit, entries, times);
            calls += times;
        }
    }

    private long time(Unit unit, List<Integer> entries) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIALS; i++) {
            long start = System.nanoTime();
            call(unit, entries, TIMED_CALLS);
            least = Math.min(least, System.nanoTime() - start);
        }
        return least;
    }

    private void call(Unit unit, List<Integer> entries, int calls) {
        for (int i = 0; i < calls; i++) {
            state.budget = 0;
            unit.run(state, BASE + entries.get(i % entries.size()), 0);
        }
    }

    @Override
    public void close() {
        ram.close();
    }
}
