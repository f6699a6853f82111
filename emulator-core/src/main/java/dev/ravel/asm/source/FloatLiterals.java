package dev.ravel.asm.source;

/** Reads numbers with a fraction: {@code -1.5e3}, {@code 0x1p-3}, {@code inf}, {@code nan}. */
public final class FloatLiterals {
    private FloatLiterals() {}

    /** The number at the lexer's position. */
    public static double read(Lexer lexer) {
        boolean negative = lexer.at('-');
        if (negative || lexer.at('+')) {
            lexer.advance();
        }
        double value = switch (lexer.kind()) {
            case NUMBER, REAL -> parse(lexer);
            case NAME ->
                switch (StatementReader.lowerCase(lexer.text())) {
                    case "inf", "infinity" -> Double.POSITIVE_INFINITY;
                    case "nan" -> Double.NaN;
                    default -> throw expected(lexer);
                };
            default -> throw expected(lexer);
        };
        lexer.advance();
        return negative ? -value : value;
    }

    private static double parse(Lexer lexer) {
        if (lexer.kind() == Lexer.Kind.NUMBER) {
            return lexer.value();
        }
        char last = lexer.text().charAt(lexer.text().length() - 1);
        try {
            // Java would take a suffix that gives the type.
            if (last == '.' || last >= '0' && last <= '9') {
                return Double.parseDouble(lexer.text());
            }
        } catch (NumberFormatException e) {
            throw expected(lexer);
        }
        throw expected(lexer);
    }

    private static SourceError expected(Lexer lexer) {
        return lexer.error("expected a number, found " + lexer.describe());
    }
}
