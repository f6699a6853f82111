package dev.ravel.asm.statement;

import dev.ravel.asm.layout.Padding;
import dev.ravel.asm.layout.Section;
import dev.ravel.asm.layout.Symbol;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.ProgramSymbol.Binding;
import dev.ravel.asm.program.ProgramSymbol.Type;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Expression.Constant;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Value;
import java.util.List;

/** Directives about symbols. */
final class SymbolDirectives {
    static final List<String> NAMES = List.of(
            ".globl",
            ".global",
            ".local",
            ".weak",
            ".hidden",
            ".protected",
            ".internal",
            ".type",
            ".size",
            ".equ",
            ".set",
            ".equiv",
            ".eqv",
            ".comm",
            ".common",
            ".lcomm",
            ".extern");

    private final SourceAssembler source;
    private final ExpressionParser expressions;

    SymbolDirectives(SourceAssembler source, ExpressionParser expressions) {
        this.source = source;
        this.expressions = expressions;
    }

    /** Carries out a directive whose operands begin at the lexer's position; whether it is one of these. */
    boolean carryOut(String directive, Lexer lexer) {
        switch (directive) {
            case ".globl", ".global" -> bind(Binding.GLOBAL, lexer);
            case ".weak" -> bind(Binding.WEAK, lexer);
            case ".local" -> bind(Binding.LOCAL, lexer);
            // Visibility matters to a dynamic linker only; undefined symbols are taken from other sources anyway.
            case ".hidden", ".protected", ".internal", ".extern" -> names(lexer);
            case ".type" -> type(lexer);
            case ".size" -> size(lexer);
            case ".equ", ".set" -> assign(false, lexer);
            case ".equiv", ".eqv" -> assign(true, lexer);
            case ".comm", ".common" -> common(lexer);
            case ".lcomm" -> localCommon(lexer);
            default -> {
                return false;
            }
        }
        return true;
    }

    private Symbol symbol(Lexer lexer) {
        if (!lexer.atName()) {
            throw lexer.error("expected a symbol, found " + lexer.describe());
        }
        Symbol symbol = source.symbols().declare(lexer.text(), lexer);
        lexer.advance();
        return symbol;
    }

    private void names(Lexer lexer) {
        do {
            symbol(lexer);
        } while (lexer.take(','));
        lexer.expectEnd();
    }

    private void bind(Binding binding, Lexer lexer) {
        do {
            Symbol symbol = symbol(lexer);
            symbol.binding(binding);
            symbol.declaredLocal(binding == Binding.LOCAL);
        } while (lexer.take(','));
        lexer.expectEnd();
    }

    private void type(Lexer lexer) {
        Symbol symbol = symbol(lexer);
        lexer.take(',');
        if (!lexer.take('@')) {
            lexer.take('%');
        }
        int start = lexer.start();
        String type = lexer.kind() == Lexer.Kind.STRING ? lexer.text() : lexer.atName() ? lexer.text() : "";
        lexer.advance();
        lexer.expectEnd();
        symbol.type(
                switch (type) {
                    case "function", "STT_FUNC" -> Type.FUNCTION;
                    case "object", "STT_OBJECT" -> Type.OBJECT;
                    case "notype", "STT_NOTYPE" -> Type.NONE;
                    default -> throw lexer.error(start, "expected @function, @object or @notype");
                });
    }

    private void size(Lexer lexer) {
        Symbol symbol = symbol(lexer);
        lexer.expect(',', "`,`");
        symbol.size(expressions.parse(lexer));
        lexer.expectEnd();
    }

    private void assign(boolean forGood, Lexer lexer) {
        int start = lexer.start();
        String name = lexer.name("a symbol");
        lexer.expect(',', "`,`");
        assign(name, forGood, lexer, start);
    }

    /** {@code name = expression}, or with {@code ==} for good. */
    void assignWithSign(Lexer lexer) {
        int start = lexer.start();
        String name = lexer.name("a symbol");
        boolean forGood = lexer.at("==");
        lexer.advance();
        assign(name, forGood, lexer, start);
    }

    private void assign(String name, boolean forGood, Lexer lexer, int start) {
        Expression expression = expressions.parse(lexer);
        lexer.expectEnd();
        if (name.equals(".")) {
            Section section = source.section();
            section.mark(false);
            section.add(new Padding.Org(expression, section.origin(), (byte) 0, lexer.line(), start));
            return;
        }
        Symbol symbol = source.symbols().declare(name, lexer.line().location(start));
        boolean redefinition = symbol.isDefined() && (forGood || symbol.state() != Symbol.State.ASSIGNED);
        if (redefinition || symbol.isFixed()) {
            throw lexer.error(start, "`" + name + "` is already defined at " + symbol.location());
        }
        Value value = expression.early();
        symbol.assign(
                value.isAbsolute() ? new Constant(value.number()) : expression,
                forGood,
                lexer.line().location(start));
    }

    /** {@code .comm name, size, alignment}. */
    private void common(Lexer lexer) {
        reserve(Binding.GLOBAL, lexer);
    }

    private void localCommon(Lexer lexer) {
        reserve(Binding.LOCAL, lexer);
    }

    private void reserve(Binding binding, Lexer lexer) {
        int start = lexer.start();
        Symbol symbol = symbol(lexer);
        lexer.expect(',', "`,`");
        int sizeStart = lexer.start();
        long size = expressions.parseConstant(lexer, "the size");
        if (size < 0 || size > Program.MAX_CONTENTS) {
            throw lexer.error(sizeStart, "cannot reserve " + size + " bytes");
        }
        long alignment = Math.min(16, Math.max(1, Long.highestOneBit(size)));
        if (lexer.take(',')) {
            int alignmentStart = lexer.start();
            alignment = expressions.parseConstant(lexer, "the alignment");
            if (alignment <= 0 || Long.bitCount(alignment) != 1 || alignment > Program.MAX_CONTENTS) {
                throw lexer.error(alignmentStart, "alignment " + alignment + " is not a power of two");
            }
        }
        lexer.expectEnd();
        if (symbol.isDefined() && symbol.state() != Symbol.State.COMMON) {
            throw lexer.error(start, "`" + symbol.name() + "` is already defined at " + symbol.location());
        }
        boolean declaredLocal = symbol.isDeclaredLocal();
        symbol.common(size, alignment, lexer.line().location(start));
        symbol.type(Type.OBJECT);
        symbol.size(new Constant(size));
        if (!declaredLocal) {
            symbol.binding(binding);
        }
    }
}
