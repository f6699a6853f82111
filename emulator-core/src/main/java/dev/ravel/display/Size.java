package dev.ravel.display;

/** The size of a display in pixels: 1 to {@link #MAX} each way. */
public record Size(int width, int height) {
    /** The most pixels either way: what an EDID's detailed timing can say (E-EDID A2, 3.10.2). */
    public static final int MAX = 4095;

    public Size {
        if (width < 1 || width > MAX || height < 1 || height > MAX) {
            throw new IllegalArgumentException(
                    width + "x" + height + " is not a size from 1x1 to " + MAX + "x" + MAX + " pixels");
        }
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
