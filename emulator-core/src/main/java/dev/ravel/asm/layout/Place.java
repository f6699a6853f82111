package dev.ravel.asm.layout;

import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Value;

/** A place: a label without a name. */
public record Place(Fragment fragment, long offset) implements Expression.Term {
    @Override
    public Value early() {
        return new Value(offset, fragment);
    }

    @Override
    public Value late() {
        return Value.address(fragment.address() + offset);
    }
}
