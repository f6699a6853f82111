package dev.ravel.asm.statement;

import dev.ravel.asm.source.Expression;

/**
 * An operand as read from the source: a value, or an expression whose value the layout will give.
 *
 * @param value the value, if {@code part} is {@link Part#NOTHING}
 * @param part which part of the expression's value the operand takes
 * @param expression the expression
 * @param index where it stands in the statement
 */
record ParsedOperand(long value, Part part, Expression expression, int index) {

    /** Which part of a value goes into an operand. */
    enum Part {
        /** None: the operand is known. */
        NOTHING,
        /** The value itself. */
        WHOLE,
        /** The distance from the instruction. */
        OFFSET,
        /** {@code %hi}: bits 31 to 12, rounded so that a signed low part makes up the rest. */
        HIGH,
        /** {@code %lo}: the low 12 bits, signed. */
        LOW,
        /** {@code %pcrel_hi}: as {@code %hi}, of the distance. */
        DISTANCE_HIGH,
        /** {@code %pcrel_lo}: the low part for the {@code %pcrel_hi} at the label given. */
        DISTANCE_LOW
    }

    static ParsedOperand known(long value, int index) {
        return new ParsedOperand(value, Part.NOTHING, Expression.ZERO, index);
    }

    boolean isKnown() {
        return part == Part.NOTHING;
    }
}
