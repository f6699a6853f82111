package dev.ravel.engine.interpreter;

import org.jspecify.annotations.Nullable;

/** A conditional branch; the class for each comparison is made by {@link StepClasses}. Ends its block. */
abstract class BranchStep extends OperandStep {
    /** Another step of this class. */
    abstract BranchStep fresh();

    final @Nullable Step take(Context c) {
        return c.go(this, offset + imm, taken);
    }

    final @Nullable Step fall(Context c) {
        return c.go(this, offset + length(), next);
    }
}
