package dev.ravel.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A raw image: byte for byte the disk. The file is locked while it is open: several may read it, or one may write it.
 * A last sector that the file does not fill reads as zero beyond it.
 */
public final class RawDisk implements BlockBackend {
    private static final System.Logger LOG = System.getLogger(RawDisk.class.getName());
    private static final int CHUNK = 1 << 16;

    private final FileChannel channel;
    private final long size;
    private final boolean readOnly;

    private RawDisk(FileChannel channel, long size, boolean readOnly) {
        this.channel = channel;
        this.size = size;
        this.readOnly = readOnly;
    }

    /**
     * Opens and locks an image.
     *
     * @throws IOException with a message of one line for the user: what, which file, what to do
     */
    public static RawDisk open(Path file, boolean readOnly) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a directory; give the file of an image");
        }
        Set<OpenOption> options =
                readOnly ? Set.of(StandardOpenOption.READ) : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, options);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw unusable(file, readOnly, e);
        } catch (FileSystemException e) {
            if (!readOnly && Files.isReadable(file)) {
                throw unusable(file, false, e);
            }
            throw new IOException(file + " cannot be opened: " + e.getReason(), e);
        }
        try {
            lock(channel, file, readOnly);
            long bytes = channel.size();
            if (bytes == 0) {
                throw new IOException(file + " is empty; make an image of the size that the disk shall have");
            }
            return new RawDisk(channel, Math.ceilDiv(bytes, SECTOR_SIZE) * SECTOR_SIZE, readOnly);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static IOException unusable(Path file, boolean readOnly, IOException cause) {
        return new IOException(
                readOnly || !Files.isReadable(file)
                        ? file + " is not readable; change its permissions"
                        : file + " is not writable; change its permissions, or add ,readonly",
                cause);
    }

    private static void lock(FileChannel channel, Path file, boolean shared) throws IOException {
        boolean locked;
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            locked = lock != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        } catch (IOException e) {
            // Some network file systems have no locks. That is worth a warning, not worth having no disk.
            LOG.log(Level.WARNING, "disk {0} cannot be locked on this file system: {1}", file, e.getMessage());
            locked = true;
        }
        if (!locked) {
            throw new IOException(file + " is in use by another Ravel; close that one, or give "
                    + (shared ? "it another disk" : "this one another disk"));
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        long position = offset;
        while (into.hasRemaining()) {
            int count = channel.read(into, position);
            if (count < 0) {
                while (into.hasRemaining()) {
                    into.put((byte) 0);
                }
            } else {
                position += count;
            }
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        long position = offset;
        while (from.hasRemaining()) {
            position += channel.write(from, position);
        }
    }

    /** Does nothing, as a discard may: the JDK cannot give space of a file back, and writing zeroes would take more. */
    @Override
    public void discard(long offset, long length) {}

    /** Writes only where something else than zeroes is, so that holes of a sparse file stay holes. */
    @Override
    public void writeZeroes(long offset, long length, boolean release) throws IOException {
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
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
