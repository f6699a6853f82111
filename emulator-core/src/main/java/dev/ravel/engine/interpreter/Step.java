package dev.ravel.engine.interpreter;

import dev.ravel.hart.Hart;
import org.jspecify.annotations.Nullable;

/**
 * One decoded guest instruction, ready to run. The steps of a block are chained by {@link #next}; the last one transfers
 * control. A step knows its place in the block but not the address of the block, so that processes that map a page at
 * different addresses share its steps.
 *
 * <p>Steps are shared by harts and, once published, change only in their links.
 */
abstract class Step {
    /** The {@link #kind} of what {@link CommonSteps} does not know; larger than all others. */
    static final byte NO_KIND = Byte.MAX_VALUE;

    /** The step after this one; in a step that may transfer control, the one that runs if it does not. */
    Step next = LeaveStep.LEAVE;

    /** In a conditional branch, the step that runs if it is taken. */
    Step taken = LeaveStep.LEAVE;

    /** Bytes from the first instruction of the block to this one. */
    short offset;

    /** {@link #index} in the lower six bits, half of {@link #length} in the upper two: what fits into 32 bytes stays in half a cache line. */
    private byte place;

    /** What {@link CommonSteps} knows the instruction by; {@link #NO_KIND} if it leaves it to {@link #execute}. */
    byte kind = NO_KIND;

    /**
     * The {@link #kind} of {@link #next} where that is the next instruction of the block: the loop knows where to go before it
     * has seen the next step. Other links may change at any time, and their kinds are not kept.
     */
    byte nextKind = NO_KIND;

    /** Destination; {@link Hart#SINK} for {@code x0}. */
    byte rd;

    byte rs1;
    byte rs2;

    /** The immediate; of an instruction with three sources, the third. */
    int imm;

    /**
     * Does what the instruction does.
     *
     * @return the step to go on with, or null to return to the loop of the {@link Interpreter}, {@link Context#pc} and
     *     {@link Context#instret} being exact then
     */
    abstract @Nullable Step execute(Context c);

    /** Takes over the encoding, where an instruction may turn out to be illegal when it runs. */
    void setBits(int bits) {}

    /** The encoding, as {@code tval} reports it. */
    int bits() {
        throw new IllegalStateException("an instruction that is never illegal");
    }

    /** @see #index() */
    final void setIndex(int index) {
        place = (byte) (place & 0xc0 | index);
    }

    /** @see #length() */
    final void setLength(int length) {
        place = (byte) (place & 0x3f | length << 5);
    }

    /** Instructions of the block before this one. */
    final int index() {
        return place & 0x3f;
    }

    /** Length of the instruction in bytes: 2 or 4; 0 for a step that is no instruction. */
    final int length() {
        return (place & 0xc0) >> 5;
    }

    /** Bytes from the first instruction of the block to the end of this one. */
    final int end() {
        return offset + length();
    }

    /** Instructions of the block up to this one, included. */
    final int count() {
        return index() + 1;
    }
}
