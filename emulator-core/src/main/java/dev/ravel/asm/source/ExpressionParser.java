package dev.ravel.asm.source;

import dev.ravel.asm.source.Expression.Binary;
import dev.ravel.asm.source.Expression.Constant;
import dev.ravel.asm.source.Expression.Operator;
import dev.ravel.asm.source.Expression.Unary;
import java.util.Optional;

/** Reads expressions by precedence climbing. */
public final class ExpressionParser {
    /** Deeper nesting is a mistake, and would exhaust the Java stack. */
    private static final int MAX_DEPTH = 200;

    /** Knows what names stand for. */
    public interface Names {
        /** The numeric local label, {@code 1f} or {@code 1b}, at the lexer's position. */
        Expression localLabel(Lexer lexer);

        /** The symbol, or {@code .} for the place at hand, at the lexer's position. */
        Expression symbol(Lexer lexer);
    }

    private final Names names;
    private int depth;

    public ExpressionParser(Names names) {
        this.names = names;
    }

    /** Reads the expression at the lexer's position. */
    public Expression parse(Lexer lexer) {
        depth = 0;
        return binary(lexer, 0);
    }

    /** Reads an expression whose value has to be known here. */
    public long parseConstant(Lexer lexer, String what) {
        int start = lexer.start();
        Expression expression = parse(lexer);
        Value value = expression.early();
        if (!value.isAbsolute()) {
            throw lexer.error(start, what + " has to be a constant that is known here");
        }
        return value.number();
    }

    private Expression binary(Lexer lexer, int above) {
        if (++depth > MAX_DEPTH) {
            throw lexer.error("expression is nested too deeply");
        }
        Expression left = unary(lexer);
        while (true) {
            Optional<Operator> operator = operator(lexer);
            if (operator.isEmpty() || operator.get().rank() <= above) {
                break;
            }
            int index = lexer.start();
            lexer.advance();
            Expression right = binary(lexer, operator.get().rank());
            left = folded(new Binary(operator.get(), left, right, lexer.line(), index));
        }
        depth--;
        return left;
    }

    private static Optional<Operator> operator(Lexer lexer) {
        if (lexer.kind() != Lexer.Kind.PUNCTUATION) {
            return Optional.empty();
        }
        return switch (lexer.text()) {
            case "*" -> Optional.of(Operator.MULTIPLY);
            case "/" -> Optional.of(Operator.DIVIDE);
            case "%" -> Optional.of(Operator.REMAINDER);
            case "<<" -> Optional.of(Operator.SHIFT_LEFT);
            case ">>" -> Optional.of(Operator.SHIFT_RIGHT);
            case "|" -> Optional.of(Operator.OR);
            case "!" -> Optional.of(Operator.OR_NOT);
            case "^" -> Optional.of(Operator.XOR);
            case "&" -> Optional.of(Operator.AND);
            case "+" -> Optional.of(Operator.ADD);
            case "-" -> Optional.of(Operator.SUBTRACT);
            case "==" -> Optional.of(Operator.EQUAL);
            case "!=", "<>" -> Optional.of(Operator.NOT_EQUAL);
            case "<" -> Optional.of(Operator.LESS);
            case "<=" -> Optional.of(Operator.LESS_OR_EQUAL);
            case ">" -> Optional.of(Operator.GREATER);
            case ">=" -> Optional.of(Operator.GREATER_OR_EQUAL);
            case "&&" -> Optional.of(Operator.LOGICAL_AND);
            case "||" -> Optional.of(Operator.LOGICAL_OR);
            default -> Optional.empty();
        };
    }

    private Expression unary(Lexer lexer) {
        if (lexer.kind() == Lexer.Kind.PUNCTUATION) {
            char c = lexer.text().length() == 1 ? lexer.text().charAt(0) : ' ';
            if (c == '-' || c == '~' || c == '!' || c == '+') {
                if (++depth > MAX_DEPTH) {
                    throw lexer.error("expression is nested too deeply");
                }
                lexer.advance();
                Expression operand = unary(lexer);
                depth--;
                return c == '+' ? operand : folded(new Unary(c, operand));
            }
            if (c == '(') {
                lexer.advance();
                Expression inner = binary(lexer, 0);
                lexer.expect(')', "`)`");
                return inner;
            }
        }
        return primary(lexer);
    }

    private Expression primary(Lexer lexer) {
        Expression result;
        switch (lexer.kind()) {
            case NUMBER -> result = new Constant(lexer.value());
            case LOCAL -> result = names.localLabel(lexer);
            case NAME -> result = names.symbol(lexer);
            default -> throw lexer.error("expected an expression, found " + lexer.describe());
        }
        lexer.advance();
        return result;
    }

    private static Expression folded(Expression expression) {
        Value value = expression.early();
        return value.isAbsolute() ? new Constant(value.number()) : expression;
    }
}
