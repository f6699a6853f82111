package dev.ravel.disk;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import dev.ravel.host.qcow2.NewImage;
import dev.ravel.host.qcow2.Qcow2Exception;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image to be made, in which nothing is written yet.
 *
 * @param file which is not there yet
 * @param size bytes of the disk, rounded up to a sector; empty: that of the image under it
 * @param backing the image under it, as a path from this one's folder if it is not absolute
 */
public record NewDisk(Path file, ImageFormat format, OptionalLong size, Optional<String> backing) {
    /**
     * Makes it, or leaves nothing behind.
     *
     * @throws IOException with a message of one line for the user: what, which file, what to do
     */
    public void make() throws IOException {
        Optional<Qcow2Header.Backing> under = Optional.empty();
        long bytes = size.orElse(0);
        if (backing.isPresent()) {
            if (format != ImageFormat.QCOW2) {
                throw new IOException(file + ": only a qcow2 image can have another one under it");
            }
            Path path = file.toAbsolutePath().resolveSibling(backing.get());
            try (BlockBackend disk = DiskImages.open(path, true, Optional.empty(), true)) {
                bytes = size.orElse(disk.size());
            }
            under = Optional.of(new Qcow2Header.Backing(
                    backing.get(), Optional.of(formatOf(path).label())));
        } else if (size.isEmpty()) {
            throw new IOException(file + ": the size of the disk is missing");
        }
        long sectors = Math.ceilDiv(bytes, BlockBackend.SECTOR_SIZE);
        if (sectors <= 0 || sectors > Long.MAX_VALUE / BlockBackend.SECTOR_SIZE) {
            throw new IOException(file + ": a disk of " + bytes + " bytes is not possible");
        }
        write(sectors * BlockBackend.SECTOR_SIZE, under);
    }

    private static ImageFormat formatOf(Path image) throws IOException {
        try (HostFile opened = ImageFile.open(image, true)) {
            return ImageFormat.of(opened);
        }
    }

    private void write(long bytes, Optional<Qcow2Header.Backing> under) throws IOException {
        HostFile made = ImageFile.create(file);
        try (made) {
            switch (format) {
                case RAW -> made.write(bytes - 1, ByteBuffer.allocate(1));
                case QCOW2 -> new NewImage(bytes, under).write(made);
            }
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e instanceof Qcow2Exception
                    ? new IOException(file + ": " + e.getMessage(), e)
                    : new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
