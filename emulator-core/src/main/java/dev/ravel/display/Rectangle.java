package dev.ravel.display;

/**
 * Pixels of a picture; x grows to the right, y downwards.
 *
 * @param width none if 0
 * @param height none if 0
 */
public record Rectangle(int x, int y, int width, int height) {
    /** No pixels. */
    public static final Rectangle NONE = new Rectangle(0, 0, 0, 0);

    public Rectangle {
        if (x < 0 || y < 0 || width < 0 || height < 0 || x + width < 0 || y + height < 0) {
            throw new IllegalArgumentException("a rectangle of " + width + " by " + height + " at " + x + ", " + y);
        }
    }

    /** Whether there are no pixels in it. */
    public boolean isEmpty() {
        return width == 0 || height == 0;
    }

    /** The smallest one that has the pixels of both. */
    public Rectangle union(Rectangle other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        int left = Math.min(x, other.x);
        int top = Math.min(y, other.y);
        return new Rectangle(
                left,
                top,
                Math.max(x + width, other.x + other.width) - left,
                Math.max(y + height, other.y + other.height) - top);
    }

    /** The pixels that are in both. */
    public Rectangle intersection(Rectangle other) {
        int left = Math.max(x, other.x);
        int top = Math.max(y, other.y);
        int right = Math.min(x + width, other.x + other.width);
        int bottom = Math.min(y + height, other.y + other.height);
        return right <= left || bottom <= top ? NONE : new Rectangle(left, top, right - left, bottom - top);
    }
}
