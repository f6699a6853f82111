package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.machine.Machine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches the harts of a machine: the latest traps and interrupts, and counts of what a hypervisor would call exits. While
 * nobody watches, nothing is paid. The methods that ask may be called at any time from any thread.
 */
public final class MachineWatch implements AutoCloseable {
    private final AtomicLong sequence = new AtomicLong();
    private final List<Hart> harts;
    private final List<HartWatch> watches = new ArrayList<>();

    private MachineWatch(List<Hart> harts, int capacity) {
        this.harts = harts;
        harts.forEach(hart -> watches.add(new HartWatch(hart, capacity, sequence)));
    }

    /**
     * Begins to watch a machine that does not run: not started yet, or paused. Others may watch it as well.
     *
     * @param traps how many of each hart's traps are kept, the latest; may be 0
     */
    public static MachineWatch of(Machine machine, int traps) {
        List<Hart> harts = machine.harts();
        MachineWatch watch = new MachineWatch(harts, traps);
        for (int i = 0; i < harts.size(); i++) {
            Hart hart = harts.get(i);
            hart.setObserver(hart.observer().and(watch.watches.get(i)));
        }
        return watch;
    }

    /** The traps that are kept, of all harts, the oldest first. */
    public List<TrapEvent> traps() {
        return watches.stream()
                .flatMap(watch -> watch.traps().stream())
                .sorted(Comparator.comparingLong(TrapEvent::sequence))
                .toList();
    }

    /** The latest of the traps that are kept, the oldest of them first. */
    public List<TrapEvent> traps(int most) {
        List<TrapEvent> all = traps();
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /** How many traps there were since watching began. */
    public long trapsSeen() {
        return sequence.get();
    }

    /** What happened since watching began, of all harts: by kind, within a kind the most frequent first. */
    public List<Exit> exits() {
        Map<Exit.Kind, Map<String, Long>> sums = new EnumMap<>(Exit.Kind.class);
        for (HartWatch watch : watches) {
            for (Exit exit : watch.exits()) {
                sums.computeIfAbsent(exit.kind(), kind -> new TreeMap<>()).merge(exit.what(), exit.count(), Long::sum);
            }
        }
        List<Exit> exits = new ArrayList<>();
        sums.forEach((kind, counts) -> counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> exits.add(new Exit(kind, entry.getKey(), entry.getValue()))));
        return List.copyOf(exits);
    }

    /** Ends watching, while the machine does not run; what was seen can still be asked for. */
    @Override
    public void close() {
        for (int i = 0; i < harts.size(); i++) {
            Hart hart = harts.get(i);
            hart.setObserver(hart.observer().without(watches.get(i)));
        }
    }
}
