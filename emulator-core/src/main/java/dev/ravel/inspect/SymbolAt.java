package dev.ravel.inspect;

/**
 * An address as a symbol and a distance from it.
 *
 * @param offset bytes, not negative
 */
public record SymbolAt(String name, long offset) {
    /** {@code name} or {@code name+0x1c}. */
    @Override
    public String toString() {
        return offset == 0 ? name : name + "+0x" + Long.toHexString(offset);
    }
}
