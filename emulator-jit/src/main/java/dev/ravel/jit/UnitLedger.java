package dev.ravel.jit;

import dev.ravel.engine.CodeSource;
import dev.ravel.jit.runtime.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which units a machine has, and what they take up. When that is more than the budget, the oldest have to go: HotSpot gives
 * back what a unit takes when nothing refers to it any more.
 *
 * <p>What a unit really takes is known to HotSpot only. It grows with the bytecode: some twenty times its size, for the class,
 * its profile, and the machine code of both compilers.
 */
final class UnitLedger {
    private final long budget;
    private final Map<Unit, Entry> entries = new LinkedHashMap<>();
    private final Map<CodeSource, Set<Unit>> byPage = new HashMap<>();
    private long bytes;
    private long made;
    private long dropped;
    private long invalidated;

    /**
     * A unit and where it is entered.
     *
     * @param offsets in the page
     * @param bytes of bytecode
     */
    record Entry(CodeSource page, List<Integer> offsets, Unit unit, int bytes) {}

    /**
     * How things stand.
     *
     * @param units now
     * @param bytes of bytecode now
     * @param made ever
     * @param dropped for want of room
     * @param invalidated because the guest wrote to their code
     */
    record Totals(long units, long bytes, long made, long dropped, long invalidated) {}

    /** A ledger with room for so many bytes of bytecode. */
    UnitLedger(long budget) {
        this.budget = budget;
    }

    /** Adds a unit. Returns those that have to go, and are forgotten here. */
    synchronized List<Entry> add(Entry entry) {
        entries.put(entry.unit(), entry);
        byPage.computeIfAbsent(entry.page(), _ -> new LinkedHashSet<>()).add(entry.unit());
        bytes += entry.bytes();
        made++;
        List<Entry> victims = new ArrayList<>();
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes > budget && entries.size() > 1) {
            Entry victim = oldest.next();
            oldest.remove();
            bytes -= victim.bytes();
            forget(victim);
            victims.add(victim);
            dropped++;
        }
        return victims;
    }

    private void forget(Entry entry) {
        Set<Unit> units = byPage.get(entry.page());
        if (units != null) {
            units.remove(entry.unit());
            if (units.isEmpty()) {
                byPage.remove(entry.page());
            }
        }
    }

    /** The page's code has changed. Returns how many units went with it. */
    synchronized int invalidate(CodeSource page) {
        Set<Unit> units = byPage.remove(page);
        if (units == null) {
            return 0;
        }
        for (Unit unit : units) {
            Entry entry = entries.remove(unit);
            if (entry != null) {
                bytes -= entry.bytes();
            }
        }
        invalidated += units.size();
        return units.size();
    }

    /** Forgets all units, which were neither dropped nor invalidated: the machine is being closed. */
    synchronized void clear() {
        entries.clear();
        byPage.clear();
        bytes = 0;
    }

    /** How things stand. */
    synchronized Totals totals() {
        return new Totals(entries.size(), bytes, made, dropped, invalidated);
    }
}
