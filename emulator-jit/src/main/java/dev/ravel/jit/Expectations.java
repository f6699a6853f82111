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
    private final LongConsumer replace;

    /** Offsets in RAM of loops that were entered with registers of more than 32 bits where no instruction in them makes any. */
    private final Set<Long> wideLoops = ConcurrentHashMap.newKeySet();

    /** Floating-point instructions that units were left for. A process begins with no flag accrued. */
    private final Places otherFloats = new Places(64);

    /** Where accesses lay across the end of a page. To leave a unit so often takes less time than HotSpot takes for another one. */
    private final Places pageEnds = new Places(4_000);

    /** Where accesses were expected to be bare and were not, or the look whether a page may be stored to was in vain. */
    private final Places otherAccesses = new Places(4_000);

    /**
     * Offsets in RAM of instructions for which units were left.
     *
     * @param many how often a unit may be left for one before it is made anew
     * @param times how often it was
     */
    private record Places(int many, Map<Long, Integer> times) {
        Places(int many) {
            this(many, new ConcurrentHashMap<>());
        }

        /** Counts; answers whether it has now been often, and was not before. */
        boolean becomesOften(long offset) {
            return times.merge(offset, 1, Integer::sum) == many;
        }

        void forget(CodeSource page) {
            times.keySet().removeIf(offset -> isIn(offset, page));
        }

        /** Whether it has been often for an instruction of a plan. */
        boolean areIn(CodeSource page, Plan plan) {
            return times.entrySet().stream()
                    .anyMatch(place -> place.getValue() >= many
                            && isIn(place.getKey(), page)
                            && plan.covers(inPage(place.getKey())));
        }
    }

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
        count(otherFloats, offset);
    }

    @Override
    public void pageEnd(long offset) {
        count(pageEnds, offset);
    }

    @Override
    public void notBare(long offset) {
        count(otherAccesses, offset);
    }

    private void count(Places places, long offset) {
        if (places.becomesOften(offset)) {
            replace.accept(offset);
        }
    }

    /**
     * The plan for what is to be expected of its code.
     *
     * @param ordinaryFloats whether some hart's floating point is ordinary now
     * @param bare whether accesses of the hart that ran it were bare
     */
    Plan of(CodeSource page, Plan plan, boolean ordinaryFloats, boolean bare) {
        return plan.withWide(wideLoops.stream()
                        .filter(loop -> isIn(loop, page))
                        .map(Expectations::inPage)
                        .collect(Collectors.toSet()))
                .withOrdinaryFloats(ordinaryFloats && !otherFloats.areIn(page, plan))
                .withPageEnds(pageEnds.areIn(page, plan))
                .withBare(bare && !otherAccesses.areIn(page, plan));
    }

    /** The code of a page is another one. */
    void forget(CodeSource page) {
        wideLoops.removeIf(loop -> isIn(loop, page));
        otherFloats.forget(page);
        pageEnds.forget(page);
        otherAccesses.forget(page);
    }

    private static boolean isIn(long offset, CodeSource page) {
        return offset >>> Ram.PAGE_SHIFT == page.number();
    }

    private static int inPage(long offset) {
        return (int) (offset & Ram.PAGE_SIZE - 1);
    }
}
