package dev.ravel.jit.emit;

import org.jspecify.annotations.Nullable;

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

    /** Written out, as {@link #hashCode}: those of a record are made when they are first called, while the first unit is waited for. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Unsaved that
                && registers == that.registers
                && narrow == that.narrow
                && late == that.late;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(registers) * 31 + Long.hashCode(narrow) + Long.hashCode(late) * 7;
    }
}
