package dev.ravel.engine.interpreter;

/**
 * Whether the code that a hart interprets at present is a loop's, which it meets again soon, or flat: by where it is whenever it has interpreted so many
 * instructions. In a loop it was in that region lately.
 */
final class Locality {
    /** log2 of the bytes of a region. */
    private static final int REGION_SHIFT = 9;

    /** Looks that are remembered; a power of two. */
    private static final int LATELY = 4;

    private final long[] lately = new long[LATELY];
    private int looks;

    /** What the last look found. */
    boolean flat = true;

    /** Looks where the hart is. */
    void look(long pc) {
        long region = pc >>> REGION_SHIFT;
        boolean met = false;
        for (long before : lately) {
            met |= before == region;
        }
        flat = !met;
        lately[looks++ & LATELY - 1] = region;
    }
}
