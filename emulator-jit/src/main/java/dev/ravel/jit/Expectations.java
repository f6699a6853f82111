package dev.ravel.jit;

import dev.ravel.engine.CodeSource;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.runtime.Surprises;
import dev.ravel.memory.Ram;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * What units are made for: the usual, until it turned out otherwise where they ran. Then those that hold that place are made anew, for what was met.
 */
final class Expectations implements Surprises {
    /** So often a unit may be left for a floating-point instruction before it is made anew. A process begins with no flag accrued. */
    private static final int OTHER_FLOATS = 64;

    /** So often a unit may be left where accesses lie across the end of a page: that takes less time than HotSpot takes for another unit. */
    private static final int PAGE_ENDS = 4_000;

    private final LongConsumer replace;

    /** Offsets in RAM of loops that were entered with registers of more than 32 bits where no instruction in them makes any. */
    private final Set<Long> wideLoops = ConcurrentHashMap.newKeySet();

    /** How often units were left for the floating-point instruction at each offset in RAM. */
    private final Map<Long, Integer> otherFloats = new ConcurrentHashMap<>();

    /** How often units were left at each offset in RAM because accesses from there on lay across the end of a page. */
    private final Map<Long, Integer> pageEnds = new ConcurrentHashMap<>();

    /** @param replace has the units that hold the instruction at an offset in RAM made anew */
    Expectations(LongConsumer replace) {
        this.replace = replace;
    }

    @Override
    public void wideLoop(long offset) {
        wideLoops.add(offset);
        replace.accept(offset);
    }

    @Override
    public void otherFloats(long offset) {
        count(otherFloats, offset, OTHER_FLOATS);
    }

    @Override
    public void pageEnd(long offset) {
        count(pageEnds, offset, PAGE_ENDS);
    }

    private void count(Map<Long, Integer> times, long offset, int many) {
        if (times.merge(offset, 1, Integer::sum) == many) {
            replace.accept(offset);
        }
    }

    /**
     * The plan for what is to be expected of its code.
     *
     * @param ordinaryFloats whether some hart's floating point is ordinary now
     */
    Plan of(CodeSource page, Plan plan, boolean ordinaryFloats) {
        return plan.withWide(wideLoops.stream()
                        .filter(loop -> isIn(loop, page))
                        .map(Expectations::inPage)
                        .collect(Collectors.toSet()))
                .withOrdinaryFloats(ordinaryFloats && !isMet(otherFloats, OTHER_FLOATS, page, plan))
                .withPageEnds(isMet(pageEnds, PAGE_ENDS, page, plan));
    }

    private static boolean isMet(Map<Long, Integer> times, int many, CodeSource page, Plan plan) {
        return times.entrySet().stream()
                .anyMatch(place ->
                        place.getValue() >= many && isIn(place.getKey(), page) && plan.covers(inPage(place.getKey())));
    }

    /** The code of a page is another one. */
    void forget(CodeSource page) {
        wideLoops.removeIf(loop -> isIn(loop, page));
        otherFloats.keySet().removeIf(offset -> isIn(offset, page));
        pageEnds.keySet().removeIf(offset -> isIn(offset, page));
    }

    private static boolean isIn(long offset, CodeSource page) {
        return offset >>> Ram.PAGE_SHIFT == page.number();
    }

    private static int inPage(long offset) {
        return (int) (offset & Ram.PAGE_SIZE - 1);
    }
}
