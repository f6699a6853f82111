package dev.ravel.virtio;

import dev.ravel.host.BlockBackend;
import java.nio.ByteBuffer;

/** A disk whose every byte tells its sector. */
final class SectorDisk implements BlockBackend {
    @Override
    public long size() {
        return 1 << 20;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        for (long at = offset; into.hasRemaining(); at++) {
            into.put((byte) (at / SECTOR_SIZE));
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        from.position(from.limit());
    }

    @Override
    public void discard(long offset, long length) {}

    @Override
    public void writeZeroes(long offset, long length, boolean release) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
