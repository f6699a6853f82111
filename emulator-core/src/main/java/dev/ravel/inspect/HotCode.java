package dev.ravel.inspect;

import dev.ravel.engine.CodeStatus;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessPath;
import dev.ravel.mmu.AccessType;
import dev.ravel.observe.Observer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what code the harts of a machine spend their instructions on, by samples: of every so many instructions one is looked
 * at, whatever executes it. In a deterministic machine two runs have the same samples. While nobody watches, nothing is paid. The
 * methods that ask may be called at any time from any thread.
 */
public final class HotCode implements AutoCloseable {
    /** An interval for somebody who looks on for a while: what a sample costs is lost in so many instructions. */
    public static final long UNDISTURBED = 1 << 20;

    /** Places that are told apart; where there are more, those that were met least are forgotten. */
    private static final int MOST_PLACES = 8192;

    private final Machine machine;
    private final long interval;

    /** One for each hart. */
    private final List<Listener> listeners = new ArrayList<>();

    /** By physical address; guarded by this. */
    private final Map<Long, Place> places = new HashMap<>();

    private long seen;

    /** Where samples have met an instruction. */
    private static final class Place {
        private final long physical;
        private long address;
        private int privilege;
        private long samples;

        Place(long physical) {
            this.physical = physical;
        }
    }

    private record Met(long address, long physical, int privilege, long samples) {}

    /** What places belong together by: what is not null counts. */
    private sealed interface Key {
        record Entry(long physical) implements Key {}

        record Function(String name, long start) implements Key {}

        record Alone(long physical) implements Key {}
    }

    private HotCode(Machine machine, long interval) {
        this.machine = machine;
        this.interval = interval;
    }

    /**
     * Begins to take samples of a machine that does not run: not started yet, or paused. Others may watch it as
     * well, but only one may take samples.
     *
     * @param interval about how many instructions of a hart there are from one sample to the next, at least 16
     * @throws IllegalStateException if somebody takes samples already
     */
    public static HotCode of(Machine machine, long interval) {
        if (interval < 16) {
            throw new IllegalArgumentException("a sample every " + interval + " instructions");
        }
        if (machine.harts().stream().anyMatch(hart -> hart.observer().samplingInterval() != 0)) {
            throw new IllegalStateException("samples are taken of the harts already");
        }
        HotCode hot = new HotCode(machine, interval);
        for (Hart hart : machine.harts()) {
            Listener listener = hot.new Listener(hart);
            hot.listeners.add(listener);
            hart.setObserver(hart.observer().and(listener));
        }
        return hot;
    }

    private final class Listener implements Observer {
        private final Hart hart;

        Listener(Hart hart) {
            this.hart = hart;
        }

        @Override
        public long samplingInterval() {
            return interval;
        }

        @Override
        public void sampled(int id, long pc) {
            AccessPath path = hart.mmu.explain(pc, 2, AccessType.FETCH, hart.privilege());
            boolean found = path.result() instanceof AccessPath.Mapped;
            met(pc, found ? ((AccessPath.Mapped) path.result()).physical() : pc, hart.privilege(), found);
        }
    }

    private synchronized void met(long pc, long physical, int privilege, boolean found) {
        seen++;
        if (!found) {
            // The next instruction is a page fault: of no code.
            return;
        }
        if (places.size() >= MOST_PLACES && !places.containsKey(physical)) {
            forgetCold();
        }
        Place place = places.computeIfAbsent(physical, Place::new);
        place.address = pc;
        place.privilege = privilege;
        place.samples++;
    }

    private void forgetCold() {
        long least = places.values().stream()
                .mapToLong(place -> place.samples)
                .sorted()
                .skip(MOST_PLACES / 2)
                .findFirst()
                .orElse(0);
        places.values().removeIf(place -> place.samples <= least);
    }

    /** How many samples were taken. */
    public synchronized long seen() {
        return seen;
    }

    /** About how many instructions there are from one to the next. */
    public long interval() {
        return interval;
    }

    /** The hottest code, the one that was met most often first. What is in no translation is told apart by functions. */
    public List<HotSpot> hottest(int most, Symbols symbols) {
        ExecutionEngine engine = machine.engine();
        Map<Key, List<Met>> together = new HashMap<>();
        for (Met place : places()) {
            together.computeIfAbsent(key(place, engine, symbols), key -> new ArrayList<>())
                    .add(place);
        }
        return together.entrySet().stream()
                .map(entry -> spot(entry.getKey(), entry.getValue(), engine))
                .sorted(Comparator.comparingLong(HotSpot::samples).reversed().thenComparingLong(HotSpot::physical))
                .limit(most)
                .toList();
    }

    private synchronized List<Met> places() {
        return places.values().stream()
                .map(place -> new Met(place.address, place.physical, place.privilege, place.samples))
                .toList();
    }

    private static Key key(Met place, ExecutionEngine engine, Symbols symbols) {
        CodeStatus status = engine.status(place.physical);
        if (status.entry().isPresent()) {
            return new Key.Entry(status.entry().getAsLong());
        }
        Optional<SymbolAt> symbol = symbols.nearest(place.address);
        return symbol.isPresent()
                ? new Key.Function(
                        symbol.get().name(), place.address - symbol.get().offset())
                : new Key.Alone(place.physical);
    }

    private static HotSpot spot(Key key, List<Met> places, ExecutionEngine engine) {
        Met hottest =
                places.stream().max(Comparator.comparingLong(Met::samples)).orElseThrow();
        long physical = key instanceof Key.Entry(long entry) ? entry : hottest.physical;
        return new HotSpot(
                (hottest.address & -Ram.PAGE_SIZE) + (physical & Ram.PAGE_SIZE - 1),
                physical,
                hottest.privilege,
                engine.status(physical),
                places.stream().mapToLong(Met::samples).sum());
    }

    /** Ends watching, while the machine does not run; what was seen can still be asked for. */
    @Override
    public void close() {
        listeners.forEach(
                listener -> listener.hart.setObserver(listener.hart.observer().without(listener)));
    }
}
