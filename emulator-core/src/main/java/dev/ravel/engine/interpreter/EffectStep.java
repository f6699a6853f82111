package dev.ravel.engine.interpreter;

/** What no architectural state shows; the class for each is made by {@link StepClasses}. */
abstract class EffectStep extends Step {
    /** Another step of this class. */
    abstract EffectStep fresh();

    /** A hint that is nothing here. */
    static final class Nothing extends EffectStep {
        @Override
        EffectStep fresh() {
            return new Nothing();
        }

        @Override
        Step execute(Context c) {
            return next;
        }
    }
}
