package dev.ravel.display;

/**
 * The guest's pointer, which is over the picture and not part of it.
 *
 * @param x pixels from the left edge of the picture to that of the pointer's own; may be negative
 * @param y pixels from the upper edge to the upper one
 * @param image what it looks like
 */
public record Cursor(int x, int y, Image image) {

    /**
     * What a pointer looks like.
     *
     * @param picture its pixels, with their opacity; colours are multiplied by it already
     * @param hotX the pixel that points
     * @param hotY the pixel that points
     */
    public record Image(Picture picture, int hotX, int hotY) {}
}
