package dev.ravel.machine.config;

import dev.ravel.disk.DiskImages;
import dev.ravel.disk.ImageFormat;
import dev.ravel.host.BlockBackend;
import dev.ravel.virtio.TemporaryDisk;
import dev.ravel.virtio.VirtioBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A disk: an image, which the machine locks until it is closed.
 *
 * @param readOnly whether the guest may only read it
 * @param temporary whether what the guest writes is kept in memory, part of snapshots and gone with the machine, and the
 *     file stays as it is
 * @param format empty: as its first bytes say
 * @param backingAnywhere whether an image under it may be anywhere on the host; otherwise it is in the same folder or below
 */
public record DiskConfig(
        Path file, boolean readOnly, boolean temporary, Optional<ImageFormat> format, boolean backingAnywhere)
        implements DeviceConfig {
    private static final Field FILE = new Field.Device(DiskConfig.class, "disk", "file");

    /** Requests that the host works on at once; so many are enough to keep it busy. */
    private static final int WORKERS = 4;

    /** Bytes that a temporary disk keeps at most, if the Java heap is not small. */
    private static final long MOST_CHANGES = 1L << 30;

    public DiskConfig {
        if (readOnly && temporary) {
            throw new IllegalArgumentException("a disk that is only read has nothing that is temporary");
        }
    }

    /** A disk that keeps in its file what is written to it. */
    public DiskConfig(Path file, boolean readOnly) {
        this(file, readOnly, false);
    }

    /** A disk that may be temporary, in the format that its first bytes tell. */
    public DiskConfig(Path file, boolean readOnly, boolean temporary) {
        this(file, readOnly, temporary, Optional.empty(), false);
    }

    @Override
    public void attach(Backplane board) {
        BlockBackend backend = board.own(open());
        String name = file.getFileName().toString();
        board.virtio(FILE, new VirtioBlock(backend, board.worker("disk-" + name, WORKERS), board.events(), name));
    }

    private BlockBackend open() {
        try {
            BlockBackend image = DiskImages.open(file, readOnly || temporary, format, backingAnywhere);
            return temporary
                    ? new TemporaryDisk(
                            image, Math.min(MOST_CHANGES, Runtime.getRuntime().maxMemory() / 4))
                    : image;
        } catch (IOException e) {
            throw new ConfigurationException(FILE, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }
}
