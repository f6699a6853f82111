package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.Form;
import dev.ravel.asm.instruction.OperandText;
import dev.ravel.asm.instruction.Ranges;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.FloatLiterals;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Value;
import dev.ravel.asm.statement.ParsedOperand.Part;
import dev.ravel.extension.Zfa;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Operand;
import dev.ravel.isa.RegisterNames;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the operands of a statement as the syntax of a {@link Form} demands. */
final class OperandReader {
    private static final int FLOAT_CONSTANTS = 32;
    /** The index of the constant that depends on the format. */
    private static final int LEAST_NORMAL = 1;

    private final ExpressionParser expressions;
    private final SourceAssembler source;

    OperandReader(ExpressionParser expressions, SourceAssembler source) {
        this.expressions = expressions;
        this.source = source;
    }

    /** Reads all operands and the end of the statement; throws where they are not as the form has them. */
    List<ParsedOperand> read(Form form, Lexer lexer) {
        var operands = new ArrayList<ParsedOperand>(form.operands().size());
        String syntax = form.syntax();
        for (int i = 0; i < syntax.length(); i++) {
            char c = syntax.charAt(i);
            char following = i + 1 < syntax.length() ? syntax.charAt(i + 1) : 0;
            if (c == '%') {
                Operand operand = form.operands().get(operands.size());
                operands.add(following == '(' && atBase(lexer) ? noOffset(operand, lexer) : operand(operand, lexer));
            } else if (c == ','
                    && lexer.atEnd()
                    && omitted(form, operands.size()).isPresent()) {
                operands.add(ParsedOperand.known(omitted(form, operands.size()).getAsLong(), lexer.start()));
                i++;
            } else if (c == '(') {
                if (i > 0 && syntax.charAt(i - 1) == ',' || i == 0) {
                    skipZeroOffset(lexer);
                }
                lexer.expect('(', "`(`");
            } else {
                lexer.expect(c, "`" + c + "`");
            }
        }
        lexer.expectEnd();
        return operands;
    }

    /** The value of an operand that may be left out, if it is the last. */
    private static OptionalLong omitted(Form form, int next) {
        return next == form.operands().size() - 1 ? form.operands().get(next).omitted() : OptionalLong.empty();
    }

    /** Whether {@code (register)} begins here, rather than an expression in parentheses. */
    static boolean atBase(Lexer lexer) {
        if (!lexer.at('(')) {
            return false;
        }
        int start = lexer.start();
        lexer.advance();
        boolean register = lexer.atName() && RegisterNames.xNumber(lexer.text()).isPresent();
        lexer.reset(start);
        return register;
    }

    private static ParsedOperand noOffset(Operand operand, Lexer lexer) {
        if (!operand.accepts(0)) {
            throw lexer.error("expected an offset before `(`");
        }
        return ParsedOperand.known(0, lexer.start());
    }

    /** Atomic instructions have no offset, but a 0 may be written. */
    private void skipZeroOffset(Lexer lexer) {
        if (!atBase(lexer) && !lexer.atEnd()) {
            int start = lexer.start();
            if (expressions.parseConstant(lexer, "the offset") != 0) {
                throw lexer.error(start, "this instruction takes no offset: expected `0` or nothing before `(`");
            }
        }
    }

    private ParsedOperand operand(Operand operand, Lexer lexer) {
        int start = lexer.start();
        ParsedOperand written = switch (operand.kind()) {
            case X_REGISTER -> register(RegisterNames.xNumber(lexer.text()), "an integer register", lexer);
            case F_REGISTER -> register(RegisterNames.fNumber(lexer.text()), "a floating-point register", lexer);
            case IMMEDIATE, SHIFT_AMOUNT -> immediate(lexer);
            case UPPER_IMMEDIATE -> upperImmediate(lexer);
            case PC_OFFSET -> new ParsedOperand(0, Part.OFFSET, expression(lexer, "a target"), start);
            case CSR_NUMBER -> csr(lexer);
            case ROUNDING_MODE -> roundingMode(lexer);
            case FENCE_SET -> fenceSet(lexer);
            case FLOAT_CONSTANT -> floatConstant(lexer);
        };
        if (written.isKnown() && !operand.accepts(written.value())) {
            throw lexer.error(start, Ranges.complaint(operand, written.value()));
        }
        return written;
    }

    /** The integer register here. */
    int integerRegister(Lexer lexer) {
        return (int) register(RegisterNames.xNumber(lexer.text()), "an integer register", lexer)
                .value();
    }

    /** The floating-point register here. */
    int floatRegister(Lexer lexer) {
        return (int) register(RegisterNames.fNumber(lexer.text()), "a floating-point register", lexer)
                .value();
    }

    private static ParsedOperand register(OptionalInt number, String what, Lexer lexer) {
        if (!lexer.atName() || number.isEmpty()) {
            throw lexer.error("expected " + what + ", found " + lexer.describe());
        }
        int start = lexer.start();
        lexer.advance();
        return ParsedOperand.known(number.getAsInt(), start);
    }

    /** An expression that is not a register, which is most likely a mistake. */
    Expression expression(Lexer lexer, String what) {
        if (lexer.atName() && isRegister(lexer.text())) {
            throw lexer.error("expected " + what + ", found register `" + lexer.text() + "`");
        }
        if (lexer.atEnd() || lexer.kind() == Lexer.Kind.STRING || lexer.at(',')) {
            throw lexer.error("expected " + what + ", found " + lexer.describe());
        }
        return expressions.parse(lexer);
    }

    static boolean isRegister(String name) {
        return RegisterNames.xNumber(name).isPresent()
                || RegisterNames.fNumber(name).isPresent();
    }

    private ParsedOperand immediate(Lexer lexer) {
        int start = lexer.start();
        if (lexer.at('%')) {
            return relocation(lexer, false);
        }
        Expression expression = expression(lexer, "a number");
        Value value = expression.early();
        return value.isAbsolute()
                ? ParsedOperand.known(value.number(), start)
                : new ParsedOperand(0, Part.WHOLE, expression, start);
    }

    private ParsedOperand upperImmediate(Lexer lexer) {
        int start = lexer.start();
        if (lexer.at('%')) {
            return relocation(lexer, true);
        }
        if (lexer.atName() && isRegister(lexer.text())) {
            throw lexer.error("expected a number, found register `" + lexer.text() + "`");
        }
        long number = expressions.parseConstant(lexer, "the immediate");
        if (number < 0 || number > 0xfffff) {
            throw lexer.error(start, "immediate " + number + " is not in the range 0 to 0xfffff");
        }
        return ParsedOperand.known((int) (number << 12), start);
    }

    /** {@code %hi(expression)} and its like. */
    private ParsedOperand relocation(Lexer lexer, boolean upper) {
        int start = lexer.start();
        lexer.advance();
        String function = lexer.atName() ? lexer.text() : "";
        Part part = switch (function) {
            case "hi" -> Part.HIGH;
            case "lo" -> Part.LOW;
            case "pcrel_hi" -> Part.DISTANCE_HIGH;
            case "pcrel_lo" -> Part.DISTANCE_LOW;
            default -> throw lexer.error(start, "expected %hi, %lo, %pcrel_hi or %pcrel_lo");
        };
        if (upper != (part == Part.HIGH || part == Part.DISTANCE_HIGH)) {
            throw lexer.error(
                    start,
                    "`%" + function + "` does not fit here: expected "
                            + (upper ? "%hi or %pcrel_hi" : "%lo or %pcrel_lo"));
        }
        lexer.advance();
        lexer.expect('(', "`(`");
        Expression expression = expressions.parse(lexer);
        lexer.expect(')', "`)`");
        return new ParsedOperand(0, part, expression, start);
    }

    private ParsedOperand csr(Lexer lexer) {
        int start = lexer.start();
        if (lexer.atName()) {
            OptionalInt number = CsrNumber.byName(lexer.text());
            if (number.isPresent()) {
                lexer.advance();
                return ParsedOperand.known(number.getAsInt(), start);
            }
            if (source.symbols().find(lexer.text()).isEmpty()) {
                throw lexer.error("expected a control and status register, found " + lexer.describe());
            }
        }
        Expression expression = expression(lexer, "a control and status register");
        Value value = expression.early();
        if (!value.isAbsolute()) {
            throw lexer.error(start, "expected a control and status register, by name or number");
        }
        return ParsedOperand.known(value.number(), start);
    }

    private static ParsedOperand roundingMode(Lexer lexer) {
        int start = lexer.start();
        OptionalInt mode = OperandText.roundingMode(lexer.text());
        if (!lexer.atName() || mode.isEmpty()) {
            throw lexer.error("expected a rounding mode (rne, rtz, rdn, rup, rmm, dyn), found " + lexer.describe());
        }
        lexer.advance();
        return ParsedOperand.known(mode.getAsInt(), start);
    }

    private ParsedOperand fenceSet(Lexer lexer) {
        int start = lexer.start();
        if (lexer.kind() == Lexer.Kind.NUMBER) {
            return ParsedOperand.known(expressions.parseConstant(lexer, "the set"), start);
        }
        OptionalInt set = lexer.atName() ? OperandText.fenceSet(lexer.text()) : OptionalInt.empty();
        if (set.isEmpty()) {
            throw lexer.error(start, "expected letters of `iorw` in this order, found " + lexer.describe());
        }
        lexer.advance();
        return ParsedOperand.known(set.getAsInt(), start);
    }

    /** The index of a constant of {@code fli}: {@code min}, {@code inf}, {@code nan} or its value. */
    private static ParsedOperand floatConstant(Lexer lexer) {
        int start = lexer.start();
        if (lexer.atName() && lexer.text().equals("min")) {
            lexer.advance();
            return ParsedOperand.known(LEAST_NORMAL, start);
        }
        long bits = Double.doubleToLongBits(FloatLiterals.read(lexer));
        for (int i = 0; i < FLOAT_CONSTANTS; i++) {
            if (i != LEAST_NORMAL && Zfa.fliD(i) == bits) {
                return ParsedOperand.known(i, start);
            }
        }
        throw lexer.error(start, "this is not one of the constants that `fli` can load");
    }
}
