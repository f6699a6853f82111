package dev.ravel.jit.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * A unit to be: blocks of one page, connected by branches and jumps.
 *
 * @param entry offset in the page of the place that it was planned from
 * @param blocks in ascending order of their places, not overlapping
 * @param wide innermost loops and nests of loops, by the starts of their first blocks, whose registers are not to be taken for {@link Narrow narrow}: they were
 *     entered with others
 * @param ordinaryFloats whether floating point is expected to be met with NX accrued and rounding to nearest even: where it is not, the unit is left
 * @param pageEnds whether accesses outside of loops that are looked up together are expected to lie across the end of a page: where they are not expected to and do,
 *     the unit is left
 * @param bare whether accesses are expected to be {@linkplain dev.ravel.mmu.Mmu#isBare bare}: where they are not, the unit is left
 */
public record Plan(
        int entry, List<Block> blocks, Set<Integer> wide, boolean ordinaryFloats, boolean pageEnds, boolean bare) {
    /** A copy of the collections. */
    public Plan {
        blocks = List.copyOf(blocks);
        wide = Set.copyOf(wide);
    }

    /** A plan that knows nothing of how its loops are entered. */
    Plan(int entry, List<Block> blocks) {
        this(entry, blocks, Set.of(), false, false, false);
    }

    /** The same for code some of whose loops were entered with registers that are not narrow. */
    public Plan withWide(Set<Integer> loops) {
        return new Plan(entry, blocks, loops, ordinaryFloats, pageEnds, bare);
    }

    /** The same with floating point expected to be ordinary, or not. */
    public Plan withOrdinaryFloats(boolean ordinary) {
        return new Plan(entry, blocks, wide, ordinary, pageEnds, bare);
    }

    /** The same with accesses across the end of a page expected, or not. */
    public Plan withPageEnds(boolean expected) {
        return new Plan(entry, blocks, wide, ordinaryFloats, expected, bare);
    }

    /** The same with accesses expected to be bare, or not. */
    public Plan withBare(boolean expected) {
        return new Plan(entry, blocks, wide, ordinaryFloats, pageEnds, expected);
    }

    /** Whether control comes back, without leaving it, to the place that it was planned from. */
    public boolean beginsWithLoop() {
        return comesBack(entry, _ -> true);
    }

    /**
     * Whether control may come from a block back to it.
     *
     * @param start of the block
     * @param over which other blocks it may come over, by their starts
     */
    boolean comesBack(int start, IntPredicate over) {
        Map<Integer, Block> byStart = new HashMap<>();
        blocks.forEach(block -> byStart.put(block.start(), block));
        Set<Integer> seen = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            Block block = byStart.get(open.remove());
            if (block == null) {
                continue;
            }
            for (int next : block.successors()) {
                if (next == start) {
                    return true;
                }
                if (over.test(next) && seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return false;
    }

    /** Whether an offset in the page is that of an instruction of it. */
    public boolean covers(int offset) {
        return blocks.stream().anyMatch(block -> block.start() <= offset && offset < block.end());
    }

    /** Instructions in all blocks together. */
    public int instructions() {
        return blocks.stream().mapToInt(block -> block.instructions().size()).sum();
    }

    /**
     * Offsets in the page of all places where it may be entered, in ascending order: those where the budget is looked at. So
     * the heads of nested loops need not have a unit each.
     */
    public List<Integer> entries() {
        return blocks.stream().filter(Block::checked).map(Block::start).toList();
    }
}
