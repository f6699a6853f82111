package dev.ravel.virtio;

import dev.ravel.display.Picture;
import dev.ravel.display.Rectangle;
import dev.ravel.display.Screen;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/** A 2D resource: pixels of the host, and where in guest memory they come from. */
final class GpuResource {
    /** Bytes of a pixel in every format. */
    static final int PIXEL = 4;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final GpuFormat format;
    private final int width;
    private final int height;
    /** As the guest wrote them, row by row. */
    private final byte[] pixels;

    private Optional<Backing> backing = Optional.empty();

    /** Guest memory that pixels come from: pieces of {@code lengths} bytes, one after the other. */
    record Backing(long[] addresses, int[] lengths) {
        long size() {
            long sum = 0;
            for (int length : lengths) {
                sum += Integer.toUnsignedLong(length);
            }
            return sum;
        }

        int entries() {
            return lengths.length;
        }

        /** Copies {@code length} bytes from {@code offset} on, all of which are there. */
        void read(GuestMemory memory, long offset, byte[] into, int at, int length) throws DriverFaultException {
            long skip = offset;
            int done = 0;
            for (int i = 0; i < lengths.length && done < length; i++) {
                long size = Integer.toUnsignedLong(lengths[i]);
                if (skip >= size) {
                    skip -= size;
                } else {
                    int count = (int) Math.min(size - skip, length - done);
                    memory.read(addresses[i] + skip, into, at + done, count);
                    done += count;
                    skip = 0;
                }
            }
        }
    }

    /** A black one; width times height pixels fit into an array. */
    GpuResource(GpuFormat format, int width, int height) {
        this.format = format;
        this.width = width;
        this.height = height;
        this.pixels = new byte[width * height * PIXEL];
    }

    GpuFormat format() {
        return format;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    byte[] pixels() {
        return pixels;
    }

    Rectangle area() {
        return new Rectangle(0, 0, width, height);
    }

    Optional<Backing> backing() {
        return backing;
    }

    void setBacking(Optional<Backing> wanted) {
        backing = wanted;
    }

    /**
     * Takes pixels over from guest memory.
     *
     * @param part of this resource
     * @param offset where in the backing its first pixel is; a row is as far from the next as in the resource
     * @return whether the backing has them all
     */
    boolean transfer(GuestMemory memory, Backing from, Rectangle part, long offset) throws DriverFaultException {
        int stride = width * PIXEL;
        int row = part.width() * PIXEL;
        long needed = part.isEmpty() ? 0 : (long) (part.height() - 1) * stride + row;
        // Neither side can overflow.
        if (offset < 0 || offset > from.size() - needed) {
            return false;
        }
        if (row == stride) {
            from.read(memory, offset, pixels, part.y() * stride, (int) needed);
        } else {
            for (int i = 0; i < part.height(); i++) {
                int at = (part.y() + i) * stride + part.x() * PIXEL;
                from.read(memory, offset + (long) i * stride, pixels, at, row);
            }
        }
        return true;
    }

    private int argb(int x, int y) {
        return format.toArgb((int) INT.get(pixels, (y * width + x) * PIXEL));
    }

    /**
     * Shows a part of the resource.
     *
     * @param shown what of the resource the screen is full of
     * @param part of the resource
     */
    void show(Screen screen, Rectangle shown, Rectangle part) {
        Rectangle seen = part.intersection(shown);
        if (seen.isEmpty()) {
            return;
        }
        int left = seen.x() - shown.x();
        int top = seen.y() - shown.y();
        screen.paint(new Rectangle(left, top, seen.width(), seen.height()), (screenPixels, screenWidth) -> {
            for (int y = 0; y < seen.height(); y++) {
                int at = (top + y) * screenWidth + left;
                for (int x = 0; x < seen.width(); x++) {
                    screenPixels[at + x] = argb(seen.x() + x, seen.y() + y) | GpuFormat.OPAQUE;
                }
            }
        });
    }

    /** All of it, with its opacity. */
    Picture picture() {
        int[] argb = new int[width * height];
        for (int i = 0; i < argb.length; i++) {
            argb[i] = argb(i % width, i / width);
        }
        return new Picture(width, height, argb);
    }
}
