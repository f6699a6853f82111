package dev.ravel.jit.plan;

import java.util.List;
import java.util.Optional;

/**
 * A unit to be: blocks of one page, connected by branches and jumps.
 *
 * @param entry offset in the page of the only place where it is entered
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

    /** The block that starts at that offset. */
    public Optional<Block> at(int offset) {
        return blocks.stream().filter(block -> block.start() == offset).findFirst();
    }
}
