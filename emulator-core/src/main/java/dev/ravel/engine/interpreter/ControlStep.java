package dev.ravel.engine.interpreter;

import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Decoded;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the hart does itself: it is told where it is and says how to go on. The class for each control operation is
 * made by {@link StepClasses}.
 */
abstract class ControlStep extends Step {
    private final Decoded instruction;

    ControlStep(Decoded instruction) {
        this.instruction = instruction;
    }

    /** Another step of this class. */
    abstract ControlStep fresh(Decoded decoded);

    /** The operation; an {@link Outcome}. */
    abstract int operate(Hart hart, Decoded decoded);

    @Override
    final int bits() {
        return instruction.bits();
    }

    @Override
    final @Nullable Step execute(Context c) {
        c.expose(this);
        int drops = c.cache.drops;
        int outcome = operate(c.hart, instruction);
        if (outcome == Outcome.NEXT) {
            // Not after(): only this way is the common outcome inlined. A cache-block operation may have written code.
            return c.cache.drops == drops ? next : c.leaveAfter(this);
        }
        return c.after(this, outcome);
    }

    /** {@code csrrw} and its like. */
    static final class Csr extends ControlStep {
        Csr(Decoded instruction) {
            super(instruction);
        }

        @Override
        ControlStep fresh(Decoded decoded) {
            return new Csr(decoded);
        }

        @Override
        int operate(Hart hart, Decoded decoded) {
            return hart.accessCsr(decoded);
        }
    }
}
