package dev.ravel.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A raw image: byte for byte the disk. The file is locked while it is open: several may read it, or one may write it.
 * A last sector that the file does not fill reads as zero beyond it.
 */
public final class RawDisk implements BlockBackend {
    private static final int CHUNK = 1 << 16;

    private final HostFile file;
    private final long bytes;
    private final long size;

    private RawDisk(HostFile file, long bytes) {
        this.file = file;
        this.bytes = bytes;
        this.size = Math.ceilDiv(bytes, SECTOR_SIZE) * SECTOR_SIZE;
    }

    /**
     * Opens and locks an image.
     *
     * @throws IOException with a message of one line for the user: what, which file, what to do
     */
    public static RawDisk open(Path file, boolean readOnly) throws IOException {
        HostFile opened = ImageFile.open(file, readOnly);
        try {
            if (opened.size() == 0) {
                throw new IOException(file + " is empty; make an image of the size that the disk shall have");
            }
            return of(opened);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** The disk in a file that is open, which is closed with the disk. */
    public static RawDisk of(HostFile file) throws IOException {
        return new RawDisk(file, file.size());
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isReadOnly() {
        return file.isReadOnly();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int count = file.read(offset, into);
        if (into.hasRemaining()) {
            if (offset + count < bytes) {
                throw new IOException("the image has become shorter: it ends at byte " + (offset + count) + " and had "
                        + bytes + " when it was opened");
            }
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        file.write(offset, from);
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        if (length > 0 && offset < bytes) {
            file.release(offset, Math.min(length, bytes - offset));
        }
    }

    /** Where space cannot be given back: writes only where something else than zeroes is, so that holes stay holes. */
    @Override
    public void writeZeroes(long offset, long length, boolean release) throws IOException {
        if (release && offset + length <= bytes && length > 0 && file.release(offset, length)) {
            return;
        }
        ByteBuffer present = ByteBuffer.allocate(CHUNK);
        ByteBuffer zeroes = ByteBuffer.allocate(CHUNK);
        for (long at = offset; at < offset + length; at += CHUNK) {
            int count = (int) Math.min(CHUNK, offset + length - at);
            present.clear().limit(count);
            read(at, present);
            zeroes.clear().limit(count);
            if (!present.flip().equals(zeroes)) {
                write(at, zeroes);
            }
        }
    }

    @Override
    public void flush() throws IOException {
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
