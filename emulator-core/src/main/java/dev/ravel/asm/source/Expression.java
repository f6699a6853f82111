package dev.ravel.asm.source;

import dev.ravel.asm.source.Value.Anchor;

/**
 * An expression over constants and symbols, with the operators and the 64-bit arithmetic of GNU {@code as}. It can be
 * asked for its value while the source is being read ({@link #early}, as far as it is known) and for that under a
 * layout ({@link #late}).
 */
public sealed interface Expression {
    Expression ZERO = new Constant(0);

    /** The value that is known before the layout, {@link Value#UNKNOWN} if it depends on that. */
    Value early();

    /** The value under the current layout. */
    Value late();

    /** A number. */
    record Constant(long value) implements Expression {
        @Override
        public Value early() {
            return Value.absolute(value);
        }

        @Override
        public Value late() {
            return Value.absolute(value);
        }
    }

    /** What the program knows under a name or as a place. */
    non-sealed interface Term extends Expression {}

    /** A prefix operator: {@code -}, {@code ~} or {@code !}. */
    record Unary(char operator, Expression operand) implements Expression {
        @Override
        public Value early() {
            Value value = operand.early();
            return value.isAbsolute() ? apply(value) : Value.UNKNOWN;
        }

        @Override
        public Value late() {
            return apply(operand.late());
        }

        private Value apply(Value value) {
            long number = value.number();
            return Value.absolute(
                    switch (operator) {
                        case '-' -> -number;
                        case '~' -> ~number;
                        default -> number == 0 ? 1 : 0;
                    });
        }
    }

    /** An infix operator. The line and index are for the message about a division by zero. */
    record Binary(Operator operator, Expression left, Expression right, Line line, int index) implements Expression {
        @Override
        public Value early() {
            Value a = left.early();
            Value b = right.early();
            if (!a.isKnown() || !b.isKnown()) {
                return Value.UNKNOWN;
            }
            if (a.anchor() == b.anchor() && (a.isAbsolute() || operator.comparesPlaces())) {
                return Value.absolute(apply(a.number(), b.number()));
            }
            if (b.isAbsolute() && (operator == Operator.ADD || operator == Operator.SUBTRACT)
                    || a.isAbsolute() && operator == Operator.ADD) {
                return new Value(apply(a.number(), b.number()), a.isAbsolute() ? b.anchor() : a.anchor());
            }
            return Value.UNKNOWN;
        }

        @Override
        public Value late() {
            Value a = left.late();
            Value b = right.late();
            long number = apply(a.number(), b.number());
            boolean address = a.isAbsolute() != b.isAbsolute()
                    && (operator == Operator.ADD || operator == Operator.SUBTRACT && b.isAbsolute());
            return new Value(number, address ? Anchor.ADDRESS : Anchor.ABSOLUTE);
        }

        private long apply(long a, long b) {
            if (b == 0 && (operator == Operator.DIVIDE || operator == Operator.REMAINDER)) {
                throw line.error(index, "division by zero");
            }
            return operator.apply(a, b);
        }
    }

    /** Infix operators with their rank in GNU {@code as}: a higher rank binds tighter. */
    enum Operator {
        MULTIPLY(6),
        DIVIDE(6),
        REMAINDER(6),
        SHIFT_LEFT(6),
        SHIFT_RIGHT(6),
        OR(5),
        OR_NOT(5),
        XOR(5),
        AND(5),
        ADD(4),
        SUBTRACT(4),
        EQUAL(3),
        NOT_EQUAL(3),
        LESS(3),
        LESS_OR_EQUAL(3),
        GREATER(3),
        GREATER_OR_EQUAL(3),
        LOGICAL_AND(2),
        LOGICAL_OR(1);

        private final int rank;

        Operator(int rank) {
            this.rank = rank;
        }

        int rank() {
            return rank;
        }

        /** Whether the result for two places in one fragment does not depend on the fragment's address. */
        boolean comparesPlaces() {
            return this == SUBTRACT || rank == 3;
        }

        /** Comparisons give -1 for true, logical operators 1; shifts to the right are logical. */
        long apply(long a, long b) {
            return switch (this) {
                case MULTIPLY -> a * b;
                case DIVIDE -> a / b;
                case REMAINDER -> a % b;
                case SHIFT_LEFT -> b >= 0 && b < 64 ? a << b : 0;
                case SHIFT_RIGHT -> b >= 0 && b < 64 ? a >>> b : 0;
                case OR -> a | b;
                case OR_NOT -> a | ~b;
                case XOR -> a ^ b;
                case AND -> a & b;
                case ADD -> a + b;
                case SUBTRACT -> a - b;
                case EQUAL -> a == b ? -1 : 0;
                case NOT_EQUAL -> a != b ? -1 : 0;
                case LESS -> a < b ? -1 : 0;
                case LESS_OR_EQUAL -> a <= b ? -1 : 0;
                case GREATER -> a > b ? -1 : 0;
                case GREATER_OR_EQUAL -> a >= b ? -1 : 0;
                case LOGICAL_AND -> a != 0 && b != 0 ? 1 : 0;
                case LOGICAL_OR -> a != 0 || b != 0 ? 1 : 0;
            };
        }
    }
}
