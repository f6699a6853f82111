package dev.ravel.disk;

import dev.ravel.host.HostFile;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a disk is kept in a file. */
public enum ImageFormat {
    /** Byte for byte. */
    RAW,

    /** QEMU's format that holds only what was written. */
    QCOW2;

    /** As it is written by users and in images. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format with that label. */
    public static Optional<ImageFormat> find(String label) {
        return Arrays.stream(values())
                .filter(format -> format.label().equals(label))
                .findFirst();
    }

    /** What a file is by its first bytes: raw, if they are of no other format. */
    public static ImageFormat of(HostFile file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
        file.read(0, start);
        return Qcow2Header.isAt(start.flip()) ? QCOW2 : RAW;
    }
}
