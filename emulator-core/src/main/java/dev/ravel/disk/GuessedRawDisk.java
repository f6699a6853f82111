package dev.ravel.disk;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A raw disk that nobody called raw. A guest that wrote the first bytes of another format to it would change what the image
 * is taken for the next time, and could name any file of the host as the image under it: such a write fails, as in QEMU.
 */
final class GuessedRawDisk implements BlockBackend {
    private final BlockBackend disk;

    GuessedRawDisk(BlockBackend disk) {
        this.disk = disk;
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public boolean isReadOnly() {
        return disk.isReadOnly();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        disk.read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        if (offset >= Integer.BYTES) {
            disk.write(offset, from);
            return;
        }
        synchronized (this) {
            ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
            disk.read(0, start);
            int count = (int) Math.min(Integer.BYTES - offset, from.remaining());
            start.put((int) offset, from, from.position(), count);
            if (Qcow2Header.isAt(start.flip())) {
                throw new IOException("the guest writes the start of a qcow2 image to a disk of no stated format;"
                        + " give the disk as format=raw to allow that");
            }
            disk.write(offset, from);
        }
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        disk.discard(offset, length);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean release) throws IOException {
        disk.writeZeroes(offset, length, release);
    }

    @Override
    public void flush() throws IOException {
        disk.flush();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
