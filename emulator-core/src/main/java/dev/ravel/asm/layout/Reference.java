package dev.ravel.asm.layout;

import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Value;

/** A symbol's value. */
public record Reference(Symbol symbol) implements Expression.Term {
    @Override
    public Value early() {
        return symbol.early();
    }

    @Override
    public Value late() {
        return symbol.late();
    }
}
