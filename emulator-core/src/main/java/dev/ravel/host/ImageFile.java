package dev.ravel.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** An image's file on the host. It is locked while it is open: several may read it, or one may write it. */
public final class ImageFile implements HostFile {
    private static final System.Logger LOG = System.getLogger(ImageFile.class.getName());

    private final FileChannel channel;
    private final Optional<FileUser> user;
    private final boolean readOnly;

    private ImageFile(FileChannel channel, Optional<FileUser> user, boolean readOnly) {
        this.channel = channel;
        this.user = user;
        this.readOnly = readOnly;
    }

    /**
     * Opens and locks a file that is there.
     *
     * @throws IOException with a message of one line for the user: what, which file, what to do
     */
    public static ImageFile open(Path file, boolean readOnly) throws IOException {
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
        Optional<FileUser> user = Optional.empty();
        try {
            boolean locked;
            if (FileUser.available() && file.getFileSystem() == FileSystems.getDefault()) {
                user = Optional.of(FileUser.open(file, readOnly));
                locked = user.get().lock(file, readOnly);
            } else {
                locked = lock(channel, file, readOnly);
            }
            if (!locked) {
                throw new IOException(file + " is in use by another Ravel or another program; close that one, or give "
                        + (readOnly ? "it another disk" : "this one another disk"));
            }
            return new ImageFile(channel, user, readOnly);
        } catch (IOException e) {
            user.ifPresent(FileUser::close);
            channel.close();
            throw e;
        }
    }

    /**
     * Makes a new, empty file, to be written.
     *
     * @throws IOException with a message of one line for the user, also if there is a file of that name
     */
    public static ImageFile create(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is there already; give another name, or remove it first", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be made: " + e.getMessage(), e);
        }
        return open(file, false);
    }

    private static IOException unusable(Path file, boolean readOnly, IOException cause) {
        return new IOException(
                readOnly || !Files.isReadable(file)
                        ? file + " is not readable; change its permissions"
                        : file + " is not writable; change its permissions, or add ,readonly",
                cause);
    }

    private static boolean lock(FileChannel channel, Path file, boolean shared) {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // Some network file systems have no locks. That is worth a warning, not worth having no disk.
            LOG.log(Level.WARNING, "disk {0} cannot be locked on this file system: {1}", file, e.getMessage());
            return true;
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    /** Bytes that the file takes on the host, which are fewer where it has holes; empty if the host does not tell. */
    public OptionalLong space() {
        return user.map(FileUser::space).orElse(OptionalLong.empty());
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
        int before = into.position();
        while (into.hasRemaining()) {
            if (channel.read(into, offset + into.position() - before) < 0) {
                break;
            }
        }
        return into.position() - before;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        long position = offset;
        while (from.hasRemaining()) {
            position += channel.write(from, position);
        }
    }

    @Override
    public boolean release(long offset, long length) throws IOException {
        return user.isPresent() && user.get().release(offset, length);
    }

    @Override
    public void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        user.ifPresent(FileUser::close);
        channel.close();
    }
}
