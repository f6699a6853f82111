package dev.ravel.disk;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.qcow2.Qcow2Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A copy of a disk in another format, with what is under it in one image. Zeroes take no space in it.
 *
 * @param from the image, which stays as it is
 * @param fromFormat empty: as its first bytes say
 * @param to which is not there yet
 * @param compressed whether clusters of a qcow2 image are compressed
 * @param backingAnywhere whether an image under the first one may be anywhere on the host
 */
public record Conversion(
        Path from,
        Optional<ImageFormat> fromFormat,
        Path to,
        ImageFormat toFormat,
        boolean compressed,
        boolean backingAnywhere) {
    private static final int BUFFER = 1 << 20;

    /** A cluster of the image that is made. */
    private static final int PIECE = 1 << 16;

    private static final byte[] ZEROES = new byte[PIECE];

    /**
     * Makes it, or leaves nothing behind.
     *
     * @throws IOException with a message of one line for the user: what, which file, what to do
     */
    public void run() throws IOException {
        if (compressed && toFormat != ImageFormat.QCOW2) {
            throw new IOException(to + ": only a qcow2 image can be compressed");
        }
        try (BlockBackend source = DiskImages.open(from, true, fromFormat, backingAnywhere)) {
            new NewDisk(to, toFormat, OptionalLong.of(source.size()), Optional.empty()).make();
            try (BlockBackend target = DiskImages.open(to, false, Optional.of(toFormat), false)) {
                copy(source, target);
                target.flush();
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(to);
                throw e;
            }
        }
    }

    private void copy(BlockBackend source, BlockBackend target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (long at = 0; at < source.size(); at += BUFFER) {
            buffer.clear().limit((int) Math.min(BUFFER, source.size() - at));
            try {
                source.read(at, buffer);
            } catch (IOException e) {
                throw new IOException(from + " cannot be read at byte " + at + ": " + e.getMessage(), e);
            }
            try {
                write(target, at, buffer.flip());
            } catch (IOException e) {
                throw new IOException(to + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    private void write(BlockBackend target, long offset, ByteBuffer data) throws IOException {
        int end = data.limit();
        for (int at = 0; at < end; ) {
            int to = at;
            while (to < end && !isZero(data, to, Math.min(PIECE, end - to))) {
                to = Math.min(end, to + PIECE);
                if (compressed) {
                    break;
                }
            }
            if (to == at) {
                at += PIECE;
                continue;
            }
            ByteBuffer piece = data.slice(at, to - at);
            if (compressed && target instanceof Qcow2Disk image) {
                image.writeCompressed(offset + at, piece);
            } else {
                target.write(offset + at, piece);
            }
            at = to;
        }
    }

    private static boolean isZero(ByteBuffer data, int from, int length) {
        return Arrays.mismatch(data.array(), from, from + length, ZEROES, 0, length) < 0;
    }
}
