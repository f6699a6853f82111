package dev.ravel.engine.interpreter;

import org.jspecify.annotations.Nullable;

/** Stands where the successor has to be looked up by its address each time: leaves to the loop, which does so. */
final class LeaveStep extends Step {
    /** The only one. */
    static final Step LEAVE = new LeaveStep();

    private LeaveStep() {
        next = this;
        taken = this;
    }

    @Override
    @Nullable
    Step execute(Context c) {
        return c.lookup();
    }
}
