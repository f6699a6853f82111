package dev.ravel.jit.runtime;

/** Told what units meet that they were not made for, by the hart's thread. */
public interface Surprises {
    /** Nobody minds. */
    Surprises IGNORED = new Surprises() {
        @Override
        public void wideLoop(long offset) {
            // What is met in a rehearsal says nothing of the guest.
        }

        @Override
        public void otherFloats(long offset) {
            // As above.
        }

        @Override
        public void pageEnd(long offset) {
            // As above.
        }

        @Override
        public void notBare(long offset) {
            // As above.
        }
    };

    /** The loop at that offset in RAM was entered with registers of more than 32 bits. */
    void wideLoop(long offset);

    /** A unit was left for the floating-point instruction at that offset in RAM: NX was not accrued, or the rounding was not to nearest even. */
    void otherFloats(long offset);

    /** A unit was left for the instruction at that offset in RAM: what it and others access lay across the end of a page. */
    void pageEnd(long offset);

    /** A unit was left, or not entered, at the instruction at that offset in RAM: accesses were not bare, or looking at the page was in vain. */
    void notBare(long offset);
}
