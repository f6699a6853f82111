package dev.ravel.jit.runtime;

import dev.ravel.engine.Translation;
import dev.ravel.isa.Decoded;

/** A translated piece of guest code with one entry; each is an object of a class of its own. */
public abstract class Unit implements Translation {
    /** What {@link #run} returns if it is not an address: why and where are in the {@link GuestState}. */
    public static final long UNWIND = 1;

    /** Runs nothing: control stays where it is. */
    public static final Unit NONE = new Unit(new Decoded[0]) {
        @Override
        public long run(GuestState state, long pc, int depth) {
            return pc;
        }
    };

    /** Instructions whose code asks the hart itself. */
    public final Decoded[] constants;

    /** A unit with these constants. */
    protected Unit(Decoded[] constants) {
        this.constants = constants;
    }

    /**
     * Runs.
     *
     * @param pc virtual address of the entry
     * @param depth how many calls may nest in this one
     * @return the virtual address to go on at, or {@link #UNWIND}
     */
    public abstract long run(GuestState state, long pc, int depth);
}
