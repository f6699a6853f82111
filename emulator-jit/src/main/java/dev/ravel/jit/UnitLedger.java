package dev.ravel.jit;

import dev.ravel.engine.CodeSource;
import dev.ravel.jit.runtime.Unit;
import dev.ravel.jit.store.KeptUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

    /** Of the pages that have units, by their numbers, the one that is not stale. */
    private final Map<Integer, CodeSource> present = new HashMap<>();

    /** How many units went because the guest wrote to their code, by the number of the page. */
    private final Map<Integer, Long> invalidations = new HashMap<>();

    private long bytes;
    private long made;
    private long dropped;
    private long invalidated;
    private long replaced;

    /**
     * A unit and where it is entered.
     *
     * @param offsets in the page
     * @param bytes of bytecode
     * @param code where it was planned from and where its instructions are, offsets in the page
     * @param kept as it is kept for another run
     * @param compiled whether HotSpot had compiled it before it was entered
     */
    record Entry(
            CodeSource page,
            List<Integer> offsets,
            Unit unit,
            int bytes,
            Code code,
            Optional<KeptUnit> kept,
            boolean compiled) {
        /** The same unit, compiled by now. */
        Entry asCompiled() {
            return new Entry(page, offsets, unit, bytes, code, kept, true);
        }
    }

    /**
     * Guest code.
     *
     * @param starts of instructions
     * @param bare see {@link KeptUnit.Origin#bare}
     */
    record Code(int entry, BitSet starts, boolean bare) {}

    /**
     * How things stand.
     *
     * @param units now
     * @param bytes of bytecode now
     * @param made ever
     * @param dropped for want of room
     * @param invalidated because the guest wrote to their code
     * @param replaced because their registers were wider than expected, or floating point was another
     */
    record Totals(long units, long bytes, long made, long dropped, long invalidated, long replaced) {}

    /** A ledger with room for so many bytes of bytecode. */
    UnitLedger(long budget) {
        this.budget = budget;
    }

    /** Adds a unit. Returns those that have to go, and are forgotten here. */
    synchronized List<Entry> add(Entry entry) {
        entries.put(entry.unit(), entry);
        byPage.computeIfAbsent(entry.page(), _ -> new LinkedHashSet<>()).add(entry.unit());
        present.put(entry.page().number(), entry.page());
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

    /** A unit was made and never added: its code had changed before. */
    synchronized void inVain() {
        made++;
        invalidated++;
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
        invalidations.merge(page.number(), (long) units.size(), Long::sum);
        present.remove(page.number(), page);
        return units.size();
    }

    /** Takes away all units that the instruction at that place is in, to be made anew. */
    synchronized List<Entry> takeAway(int page, int offset) {
        List<Entry> found = containing(page, offset).toList();
        for (Entry entry : found) {
            entries.remove(entry.unit());
            bytes -= entry.bytes();
            forget(entry);
        }
        replaced += found.size();
        return found;
    }

    private Stream<Entry> containing(int page, int offset) {
        CodeSource source = present.get(page);
        if (source == null) {
            return Stream.empty();
        }
        return byPage.getOrDefault(source, Set.of()).stream()
                .map(entries::get)
                .filter(Objects::nonNull)
                .filter(entry -> entry.code().starts().get(offset));
    }

    /** The unit that the instruction at that place is in; of several that whose own entry is the nearest before it. */
    synchronized Optional<Entry> at(int page, int offset) {
        return containing(page, offset)
                .max(Comparator.comparingInt(
                        entry -> entry.code().entry() <= offset ? entry.code().entry() : -1));
    }

    /** How many units of the page with that number went because the guest wrote to their code. */
    synchronized long invalidations(int page) {
        return invalidations.getOrDefault(page, 0L);
    }

    /** Forgets all units, which were neither dropped nor invalidated: the machine is being closed. */
    synchronized void clear() {
        entries.clear();
        byPage.clear();
        present.clear();
        bytes = 0;
    }

    /** How things stand. */
    synchronized Totals totals() {
        return new Totals(entries.size(), bytes, made, dropped, invalidated, replaced);
    }
}
