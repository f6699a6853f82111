package dev.ravel.disk;

import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import dev.ravel.host.qcow2.Features;
import dev.ravel.host.qcow2.Qcow2Check;
import dev.ravel.host.qcow2.Qcow2Exception;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an image says about itself. Images under it are not opened.
 *
 * @param size bytes of the disk
 * @param space bytes that the file takes on the host, if that tells
 * @param qcow2 what only such an image has
 */
public record ImageInfo(Path file, ImageFormat format, long size, OptionalLong space, Optional<Qcow2> qcow2) {
    /** The header of a qcow2 image, and the names of the snapshots in it. */
    public record Qcow2(Qcow2Header header, List<String> snapshots) {
        /** Whether it was not closed by who writes refcounts late. */
        public boolean isDirty() {
            return header.features().has(Features.DIRTY);
        }

        /** Whether somebody found damage in it. */
        public boolean isCorrupt() {
            return header.features().has(Features.CORRUPT);
        }

        /** Whether refcounts may be written late. */
        public boolean lazyRefcounts() {
            return (header.features().compatible() & Features.LAZY_REFCOUNTS) != 0;
        }
    }

    /**
     * Reads it.
     *
     * @param stated empty: as its first bytes say
     * @throws IOException with a message of one line for the user
     */
    public static ImageInfo read(Path file, Optional<ImageFormat> stated) throws IOException {
        try (ImageFile opened = ImageFile.open(file, true)) {
            return switch (stated.isPresent() ? stated.get() : ImageFormat.of(opened)) {
                case RAW -> new ImageInfo(file, ImageFormat.RAW, opened.size(), opened.space(), Optional.empty());
                case QCOW2 -> {
                    Qcow2Header header = Qcow2Header.read(opened);
                    List<String> snapshots = header.snapshotNames(opened);
                    yield new ImageInfo(
                            file,
                            ImageFormat.QCOW2,
                            header.size(),
                            opened.space(),
                            Optional.of(new Qcow2(header, snapshots)));
                }
            };
        } catch (Qcow2Exception e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks a qcow2 image, and repairs it first if that is wanted.
     *
     * @throws IOException with a message of one line for the user, also if the image cannot be repaired
     */
    public static Qcow2Check.Report check(Path file, boolean repair) throws IOException {
        try (HostFile opened = ImageFile.open(file, !repair)) {
            if (ImageFormat.of(opened) == ImageFormat.RAW) {
                throw new IOException(file + " is a raw image, in which there is nothing to check");
            }
            Qcow2Header header = Qcow2Header.read(opened);
            if (repair) {
                Qcow2Check.repair(opened, header);
            }
            return Qcow2Check.check(opened, Qcow2Header.read(opened));
        } catch (Qcow2Exception e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
