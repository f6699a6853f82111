package dev.ravel.jit.emit;

/**
 * Registers that have to be stored where a unit is left.
 *
 * @param narrow those of them whose variables have 32 bits
 * @param late those of them that are only stored if all registers have been written that a round of the present loop writes {@linkplain
 *     dev.ravel.jit.plan.Narrow#late late}
 */
record Unsaved(long registers, long narrow, long late) {
    /** Nothing. */
    static final Unsaved NOTHING = new Unsaved(0, 0, 0);
}
