package dev.ravel.asm.source;

/**
 * What an expression comes to: a plain number, or a place in the program. Before the layout a place is an offset in a
 * fragment, after it an address.
 *
 * @param number the number, the offset in {@code anchor}, or the address
 * @param anchor what the number counts from
 */
public record Value(long number, Anchor anchor) {

    /** What a value is relative to. Compared by identity. */
    public interface Anchor {
        /** A plain number. */
        Anchor ABSOLUTE = new Anchor() {};

        /** An address, once addresses are known. */
        Anchor ADDRESS = new Anchor() {};

        /** Not known before the layout. */
        Anchor UNKNOWN = new Anchor() {};
    }

    public static final Value UNKNOWN = new Value(0, Anchor.UNKNOWN);

    static Value absolute(long number) {
        return new Value(number, Anchor.ABSOLUTE);
    }

    public static Value address(long address) {
        return new Value(address, Anchor.ADDRESS);
    }

    public boolean isAbsolute() {
        return anchor == Anchor.ABSOLUTE;
    }

    public boolean isKnown() {
        return anchor != Anchor.UNKNOWN;
    }
}
