package dev.ravel.jit.plan;

import java.util.List;

/**
 * A unit to be: blocks of one page, connected by branches and jumps.
 *
 * @param entry offset in the page of the place that it was planned from
 * @param blocks in ascending order of their places, not overlapping
 */
public record Plan(int entry, List<Block> blocks) {
    /** A copy of the list. */
    public Plan {
        blocks = List.copyOf(blocks);
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
