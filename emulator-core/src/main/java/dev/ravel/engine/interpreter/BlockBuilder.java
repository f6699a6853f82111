package dev.ravel.engine.interpreter;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.InstructionSet;
import dev.ravel.memory.Ram;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Decodes blocks: straight-line code up to a transfer of control, the page's end, or {@link #MAX_BLOCK} instructions. */
final class BlockBuilder {
    /** Instructions of a block at most. */
    static final int MAX_BLOCK = 64;

    private final Ram ram;
    private final MemorySegment memory;
    private final InstructionSet instructions;

    BlockBuilder(Ram ram, InstructionSet instructions) {
        this.ram = ram;
        this.memory = ram.segment();
        this.instructions = instructions;
    }

    /**
     * The block that starts {@code start} bytes into a page; null if its first instruction reaches into the next page,
     * whose mapping may change without this page's.
     */
    @Nullable
    Step build(CodePage page, int start) {
        long base = (long) page.number << Ram.PAGE_SHIFT;
        Step first = null;
        Step last = null;
        int at = start;
        int count = 0;
        while (true) {
            boolean room = count < MAX_BLOCK && at < Ram.PAGE_SIZE;
            int bits = room ? ram.fetch(base + at) : 0;
            boolean crosses = (bits & 3) == 3 && at + 4 > Ram.PAGE_SIZE;
            if (!room || crosses) {
                if (last == null) {
                    return null;
                }
                page.cover(start, Math.min(at + 2, Ram.PAGE_SIZE));
                append(last, end(at - start, count, at < Ram.PAGE_SIZE));
                return first;
            }
            if ((bits & 3) == 3) {
                bits = Memory.getInt(memory, base + at);
            }
            Decoded decoded = instructions.decode(bits);
            Step step = step(decoded, at);
            step.offset = (short) (at - start);
            step.setIndex(count);
            if (last == null) {
                first = step;
            } else {
                append(last, step);
            }
            last = step;
            count++;
            at += decoded.length();
            if (endsBlock(step)) {
                page.cover(start, at);
                link(step, start);
                return first;
            }
        }
    }

    /**
     * The instruction alone: a block of one that transfers control only by address, wherever it may be.
     *
     * @param bits the encoding
     */
    Step single(int bits) {
        Decoded decoded = instructions.decode(bits);
        Step step = step(decoded, -1);
        if (!endsBlock(step)) {
            append(step, end(decoded.length(), 1, false));
        }
        return step;
    }

    /** @param at where in a page it is, -1 if its target must not be taken to be in the same page */
    private static Step step(Decoded decoded, int at) {
        Step step = StepFactory.create(decoded);
        if (step instanceof JumpStep.Direct && !inPage(at, decoded.imm())) {
            step = new JumpStep.Far().with(decoded, false);
        }
        step.setBits(decoded.bits());
        step.setLength(decoded.length());
        return step;
    }

    private static boolean inPage(int at, long delta) {
        return at >= 0 && at + delta >= 0 && at + delta < Ram.PAGE_SIZE;
    }

    private static void append(Step last, Step step) {
        last.next = step;
        last.nextKind = step.kind;
    }

    /** Whether nothing of a block comes behind that step. */
    static boolean endsBlock(Step step) {
        return step instanceof BranchStep || step instanceof JumpStep || step instanceof JumpStep.Illegal;
    }

    /** Sets the links that stay within the page. */
    private static void link(Step step, int start) {
        int at = start + step.offset;
        if (step instanceof BranchStep branch) {
            if (inPage(at, branch.imm)) {
                branch.taken = new JumpStep.Unlinked(branch, true);
            }
            if (inPage(at, step.length())) {
                branch.next = new JumpStep.Unlinked(branch, false);
            }
        } else if (step instanceof JumpStep.Direct) {
            step.next = new JumpStep.Unlinked(step, false);
        }
    }

    private static Step end(int bytes, int count, boolean linked) {
        JumpStep.End end = new JumpStep.End();
        end.offset = (short) bytes;
        end.setIndex(count - 1);
        if (linked) {
            end.next = new JumpStep.Unlinked(end, false);
        }
        return end;
    }
}
