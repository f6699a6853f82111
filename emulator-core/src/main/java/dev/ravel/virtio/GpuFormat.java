package dev.ravel.virtio;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a pixel's four bytes stand in memory, in the order of the name (virtio 1.3, 5.7.6.8: {@code enum
 * virtio_gpu_formats}); X is not used.
 */
enum GpuFormat {
    B8G8R8A8(1) {
        @Override
        int toArgb(int pixel) {
            return pixel;
        }
    },
    B8G8R8X8(2) {
        @Override
        int toArgb(int pixel) {
            return pixel | OPAQUE;
        }
    },
    A8R8G8B8(3) {
        @Override
        int toArgb(int pixel) {
            return Integer.reverseBytes(pixel);
        }
    },
    X8R8G8B8(4) {
        @Override
        int toArgb(int pixel) {
            return Integer.reverseBytes(pixel) | OPAQUE;
        }
    },
    R8G8B8A8(67) {
        @Override
        int toArgb(int pixel) {
            return Integer.rotateRight(Integer.reverseBytes(pixel), Byte.SIZE);
        }
    },
    X8B8G8R8(68) {
        @Override
        int toArgb(int pixel) {
            return pixel >>> Byte.SIZE | OPAQUE;
        }
    },
    A8B8G8R8(121) {
        @Override
        int toArgb(int pixel) {
            return Integer.rotateRight(pixel, Byte.SIZE);
        }
    },
    R8G8B8X8(134) {
        @Override
        int toArgb(int pixel) {
            return Integer.reverseBytes(pixel) >>> Byte.SIZE | OPAQUE;
        }
    };

    /** The opacity of a pixel, all of it. */
    static final int OPAQUE = 0xff00_0000;

    private final int number;

    GpuFormat(int number) {
        this.number = number;
    }

    /** The number of {@code VIRTIO_GPU_FORMAT_..._UNORM}. */
    int number() {
        return number;
    }

    /** A pixel as 0xAARRGGBB. @param pixel its bytes, little-endian */
    abstract int toArgb(int pixel);

    /** The format of a number, if there is one. */
    static Optional<GpuFormat> of(int number) {
        return Arrays.stream(values()).filter(format -> format.number == number).findAny();
    }
}
