package dev.ravel.machine.config;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.RawDisk;
import dev.ravel.virtio.VirtioBlock;
import java.io.IOException;
import java.nio.file.Path;

/** A disk: a raw image, which the machine locks until it is closed. */
public record DiskConfig(Path file, boolean readOnly) implements DeviceConfig {
    private static final Field FILE = new Field.Device(DiskConfig.class, "disk", "file");

    /** Requests that the host works on at once; so many are enough to keep it busy. */
    private static final int WORKERS = 4;

    @Override
    public void attach(Backplane board) {
        BlockBackend backend = board.own(open());
        String name = file.getFileName().toString();
        board.virtio(FILE, new VirtioBlock(backend, board.worker("disk-" + name, WORKERS), board.events(), name));
    }

    private BlockBackend open() {
        try {
            return RawDisk.open(file, readOnly);
        } catch (IOException e) {
            throw new ConfigurationException(FILE, e.getMessage(), e);
        }
    }
}
