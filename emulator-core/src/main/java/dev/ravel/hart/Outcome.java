package dev.ravel.hart;

/** What a control operation asks of the engine that called it. Ints, not an enum: they are tested in hot code. */
public final class Outcome {
    /** Go on with the next instruction; this one retires. {@code hart.pc} was not touched. */
    public static final int NEXT = 0;

    /**
     * This instruction retires; leave the block and look up {@code hart.pc}, which the operation has set to the next
     * instruction's address. Whatever was assumed about mode, mapping, or decoded code may be wrong from here on.
     */
    public static final int LEAVE = 1;

    /**
     * This instruction does not retire: it raised an exception, recorded with {@link Hart#raise}. {@code hart.pc} is
     * still its address.
     */
    public static final int TRAP = 2;

    /** As {@link #LEAVE}, and the hart waits for an interrupt before it goes on ({@code wfi}, {@code wrs.nto}). */
    public static final int WAIT = 3;

    private Outcome() {}
}
