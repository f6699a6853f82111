package dev.ravel.engine.interpreter;

/** {@code rd = method(sources)}; the class for each instruction is made by {@link StepClasses}. */
abstract class PureStep extends OperandStep {
    /** Another step of this class. */
    abstract PureStep fresh();
}
