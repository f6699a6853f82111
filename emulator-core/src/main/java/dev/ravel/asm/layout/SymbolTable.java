package dev.ravel.asm.layout;

import dev.ravel.asm.program.SourceLocation;
import dev.ravel.asm.source.Lexer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The symbols of one source, and its numeric local labels. */
public final class SymbolTable {
    private final Map<String, Symbol> symbols = new LinkedHashMap<>();
    /** For each number the latest label. */
    private final Map<Long, Symbol> backward = new HashMap<>();
    /** For each number the label to come, if it has been mentioned. */
    private final Map<Long, Symbol> forward = new HashMap<>();

    /** The symbols whose first use is in the statement at hand. */
    private final List<Symbol> journal = new ArrayList<>();

    public void beginStatement() {
        journal.clear();
    }

    /** The statement at hand is wrong: what it mentions may be, too. */
    public void forgetStatement() {
        journal.forEach(Symbol::forgetUse);
        journal.clear();
    }

    public Optional<Symbol> find(String name) {
        return Optional.ofNullable(symbols.get(name));
    }

    /** The symbol of that name, which may be defined later; it is noted as used. */
    public Symbol mention(String name, Lexer lexer) {
        Symbol symbol = declare(name, lexer);
        if (!symbol.isUsed()) {
            symbol.use(lexer.line(), lexer.start());
            journal.add(symbol);
        }
        return symbol;
    }

    /** The symbol of that name, which may be defined later. */
    public Symbol declare(String name, Lexer lexer) {
        Symbol known = symbols.get(name);
        return known != null ? known : declare(name, lexer.line().location(lexer.start()));
    }

    public Symbol declare(String name, SourceLocation where) {
        Symbol known = symbols.get(name);
        if (known == null) {
            known = new Symbol(name, where);
            symbols.put(name, known);
        }
        return known;
    }

    public void defineLocal(long number, Section section, SourceLocation where) {
        Symbol pending = forward.remove(number);
        Symbol symbol = pending != null ? pending : new Symbol(number + "f", where);
        symbol.define(section.open(), section.open().length(), where);
        backward.put(number, symbol);
    }

    /** The label that {@code 1f} or {@code 1b} at the lexer's position means. */
    public Symbol localReference(Lexer lexer) {
        long number = lexer.value();
        if (lexer.text().endsWith("b")) {
            Symbol symbol = backward.get(number);
            if (symbol == null) {
                throw lexer.error("no label `" + number + ":` before this");
            }
            return symbol;
        }
        Symbol symbol = forward.get(number);
        if (symbol == null) {
            symbol = new Symbol(number + "f", lexer.line().location(lexer.start()));
            symbol.use(lexer.line(), lexer.start());
            forward.put(number, symbol);
        }
        return symbol;
    }

    /** All named symbols, in the order of their first mention. */
    Collection<Symbol> named() {
        return symbols.values();
    }

    /** Labels to come that never came. */
    public Collection<Symbol> missing() {
        return forward.values();
    }
}
