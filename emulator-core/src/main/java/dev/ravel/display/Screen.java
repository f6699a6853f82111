package dev.ravel.display;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a display shows, and who looks at it. Any thread. */
public final class Screen {
    private final List<View> views = new CopyOnWriteArrayList<>();
    /** This and the rest is guarded by this. */
    private int[] pixels = {};

    private int width;
    private int height;
    private Optional<Cursor> cursor = Optional.empty();

    /** Paints into the pixels of a screen, 0xFFRRGGBB. */
    @FunctionalInterface
    public interface Painter {
        /** Paints; pixels of a row follow each other, and rows of {@code width} pixels. */
        void paint(int[] pixels, int width);
    }

    /**
     * Shows a picture of another size from now on, black at first; of no effect if it has that size.
     *
     * @param newWidth 0, and the height too, to show nothing
     */
    public void resize(int newWidth, int newHeight) {
        synchronized (this) {
            if (newWidth == width && newHeight == height) {
                return;
            }
            width = newWidth;
            height = newHeight;
            pixels = new int[Math.multiplyExact(newWidth, newHeight)];
        }
        changed(new Rectangle(0, 0, newWidth, newHeight));
    }

    /** Has a part painted, which is on the screen. */
    public void paint(Rectangle part, Painter painter) {
        if (part.isEmpty()) {
            return;
        }
        synchronized (this) {
            painter.paint(pixels, width);
        }
        changed(part);
    }

    /** Shows the guest's pointer, or none. */
    public void setCursor(Optional<Cursor> wanted) {
        synchronized (this) {
            cursor = wanted;
        }
        changed(Rectangle.NONE);
    }

    private void changed(Rectangle part) {
        views.forEach(view -> view.changed(part));
    }

    /** The guest's pointer, if it shows one. */
    public synchronized Optional<Cursor> cursor() {
        return cursor;
    }

    /** What is shown now, with the guest's pointer; empty if nothing is. */
    public synchronized Optional<Picture> picture() {
        Picture picture = new Picture(width, height, pixels.clone());
        return width == 0
                ? Optional.empty()
                : Optional.of(cursor.map(picture::under).orElse(picture));
    }

    /**
     * Looks at the screen from now on.
     *
     * @param listener told, on any thread, that something changed after the last {@link View#look}; it does not wait
     */
    public View open(Runnable listener) {
        View view = new View(listener);
        views.add(view);
        synchronized (this) {
            view.dirty = new Rectangle(0, 0, width, height);
            view.resized = true;
        }
        listener.run();
        return view;
    }

    /** One who looks at the screen, at any speed: what changed in between is seen together. */
    public final class View implements AutoCloseable {
        private final Runnable listener;
        /** Guarded by the screen. */
        private Rectangle dirty = Rectangle.NONE;

        private int seenWidth;
        private int seenHeight;
        private boolean resized;
        private boolean told;

        private View(Runnable listener) {
            this.listener = listener;
        }

        private void changed(Rectangle part) {
            synchronized (Screen.this) {
                dirty = dirty.union(part);
                if (told) {
                    return;
                }
                told = true;
            }
            listener.run();
        }

        /** Has the consumer take over what changed since the last time, if anything did. */
        public void look(FrameConsumer consumer) {
            synchronized (Screen.this) {
                told = false;
                Rectangle all = new Rectangle(0, 0, width, height);
                boolean another = resized || seenWidth != width || seenHeight != height;
                Rectangle changed = another ? all : dirty.intersection(all);
                if (another || !changed.isEmpty()) {
                    consumer.take(pixels, width, height, changed);
                }
                dirty = Rectangle.NONE;
                resized = false;
                seenWidth = width;
                seenHeight = height;
            }
        }

        @Override
        public void close() {
            views.remove(this);
        }
    }
}
