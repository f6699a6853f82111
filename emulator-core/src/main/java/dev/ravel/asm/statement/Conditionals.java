package dev.ravel.asm.statement;

import dev.ravel.asm.layout.Symbol;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Macro;
import dev.ravel.asm.source.StatementReader;
import java.util.List;
import java.util.Set;

/** {@code .if} and its relatives, {@code .elseif}, {@code .else}, {@code .endif}. */
final class Conditionals {
    private static final Set<String> NAMES = Set.of(
            ".if",
            ".ifeq",
            ".ifne",
            ".ifgt",
            ".ifge",
            ".iflt",
            ".ifle",
            ".ifdef",
            ".ifndef",
            ".ifnotdef",
            ".ifb",
            ".ifnb",
            ".ifc",
            ".ifnc",
            ".ifeqs",
            ".ifnes",
            ".elseif",
            ".else",
            ".endif");

    private final SourceAssembler source;
    private final ExpressionParser expressions;

    Conditionals(SourceAssembler source, ExpressionParser expressions) {
        this.source = source;
        this.expressions = expressions;
    }

    boolean knows(String directive) {
        return NAMES.contains(directive);
    }

    void carryOut(String directive, Lexer lexer) {
        StatementReader reader = source.reader();
        Line line = lexer.line();
        switch (directive) {
            case ".endif" -> reader.closeCondition(line);
            case ".else" -> reader.otherwise(line);
            case ".elseif" -> reader.alternative(line, reader.isOpenAlternative(line) && test(".if", lexer));
            default -> {
                boolean holds = false;
                try {
                    holds = !reader.isSkipping() && test(directive, lexer);
                } finally {
                    // Also after a complaint, so that the .endif finds its .if.
                    reader.openCondition(line, holds);
                }
            }
        }
    }

    private boolean test(String directive, Lexer lexer) {
        return switch (directive) {
            case ".ifdef" -> isDefined(lexer);
            case ".ifndef", ".ifnotdef" -> !isDefined(lexer);
            case ".ifb" -> rest(lexer).isEmpty();
            case ".ifnb" -> !rest(lexer).isEmpty();
            case ".ifc" -> sameText(lexer);
            case ".ifnc" -> !sameText(lexer);
            case ".ifeqs" -> sameStrings(lexer);
            case ".ifnes" -> !sameStrings(lexer);
            default -> compare(directive, lexer);
        };
    }

    private boolean compare(String directive, Lexer lexer) {
        lexer.advance();
        long value = expressions.parseConstant(lexer, "the condition");
        lexer.expectEnd();
        return switch (directive) {
            case ".ifeq" -> value == 0;
            case ".ifgt" -> value > 0;
            case ".ifge" -> value >= 0;
            case ".iflt" -> value < 0;
            case ".ifle" -> value <= 0;
            default -> value != 0;
        };
    }

    private boolean isDefined(Lexer lexer) {
        lexer.advance();
        String name = lexer.name("a symbol");
        lexer.expectEnd();
        return source.symbols().find(name).map(Symbol::isDefined).orElse(false) || OperandReader.isRegister(name);
    }

    private static String rest(Lexer lexer) {
        return Macro.unquoted(lexer.line().text().substring(lexer.end()).strip());
    }

    private static boolean sameText(Lexer lexer) {
        String text = lexer.line().text();
        List<Macro.Argument> both = Macro.arguments(text, lexer.end());
        int comma = text.indexOf(',', lexer.end());
        if (comma < 0 || both.size() > 2) {
            throw lexer.error(lexer.end(), "expected two texts with a comma between them");
        }
        String first = Macro.unquoted(text.substring(lexer.end(), comma).strip());
        String second = Macro.unquoted(text.substring(comma + 1).strip());
        return first.equals(second);
    }

    private static boolean sameStrings(Lexer lexer) {
        lexer.advance();
        String first = string(lexer);
        lexer.expect(',', "`,`");
        String second = string(lexer);
        lexer.expectEnd();
        return first.equals(second);
    }

    private static String string(Lexer lexer) {
        if (lexer.kind() != Lexer.Kind.STRING) {
            throw lexer.error("expected a string, found " + lexer.describe());
        }
        String text = lexer.text();
        lexer.advance();
        return text;
    }
}
