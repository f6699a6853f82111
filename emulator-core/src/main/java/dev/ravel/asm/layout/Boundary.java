package dev.ravel.asm.layout;

import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Value;
import java.util.function.LongSupplier;

/** An address that only the layout knows: the end of a section, for example. */
record Boundary(LongSupplier address) implements Expression.Term {
    @Override
    public Value early() {
        return Value.UNKNOWN;
    }

    @Override
    public Value late() {
        return Value.address(address.getAsLong());
    }
}
