package dev.ravel.engine.interpreter;

/** A {@link PureStep} with floating point: illegal where that is off, or by its rounding mode. */
abstract class FloatStep extends PureStep {
    private int bits;

    @Override
    abstract FloatStep fresh();

    @Override
    final void setBits(int bits) {
        this.bits = bits;
    }

    @Override
    final int bits() {
        return bits;
    }
}
