package dev.ravel.display;

import java.util.Arrays;

/** A picture that does not change. */
public final class Picture {
    private final int width;
    private final int height;
    private final int[] pixels;

    /** A picture of these pixels, 0xAARRGGBB, row by row; they must not be changed any more. */
    public Picture(int width, int height, int[] pixels) {
        if (width < 0 || height < 0 || pixels.length != width * height) {
            throw new IllegalArgumentException(pixels.length + " pixels for " + width + "x" + height);
        }
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    /** Pixels in a row; 0 if there is no picture. */
    public int width() {
        return width;
    }

    /** The number of rows. */
    public int height() {
        return height;
    }

    /** A pixel, 0xAARRGGBB. */
    public int pixel(int x, int y) {
        return pixels[y * width + x];
    }

    /** All pixels, row by row. */
    public int[] pixels() {
        return pixels.clone();
    }

    /** This one under a pointer. */
    Picture under(Cursor cursor) {
        int[] mixed = pixels.clone();
        Picture over = cursor.image().picture();
        for (int row = 0; row < over.height; row++) {
            for (int column = 0; column < over.width; column++) {
                int x = cursor.x() + column;
                int y = cursor.y() + row;
                if (x >= 0 && x < width && y >= 0 && y < height) {
                    int at = y * width + x;
                    mixed[at] = mix(over.pixel(column, row), mixed[at]);
                }
            }
        }
        return new Picture(width, height, mixed);
    }

    /** A colour that is multiplied by its opacity over one that is opaque. */
    private static int mix(int over, int under) {
        int through = 255 - (over >>> 24);
        int mixed = 0xff00_0000;
        for (int shift = 0; shift < 24; shift += 8) {
            int value = (over >>> shift & 0xff) + (under >>> shift & 0xff) * through / 255;
            mixed |= Math.min(value, 255) << shift;
        }
        return mixed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Picture picture && width == picture.width && Arrays.equals(pixels, picture.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return "a picture of " + width + "x" + height;
    }
}
