package dev.ravel.display;

/** Takes over what changed of a screen. */
@FunctionalInterface
public interface FrameConsumer {
    /**
     * Takes it over. The screen waits meanwhile.
     *
     * @param pixels the whole picture, 0xFFRRGGBB, row by row: not to be kept nor changed
     * @param width pixels in a row; 0 if nothing is shown
     * @param height the number of rows
     * @param changed where it differs from what was taken over last; all of it if that had another size
     */
    void take(int[] pixels, int width, int height, Rectangle changed);
}
