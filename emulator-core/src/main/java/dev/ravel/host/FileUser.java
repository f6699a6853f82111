package dev.ravel.host;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Says to other programs what is done with an image, in the way of QEMU, so that Ravel, QEMU and {@code qemu-img} keep out
 * of each other's way: a lock for reading on a byte of the file for each thing that is done to it, and one for each that
 * nobody else may do meanwhile. Locks belong to the descriptor, not to the process.
 */
final class FileUser implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FileUser.class.getName());

    private static final int READS = 0;
    private static final int WRITES = 1;
    private static final int RESIZES = 3;
    private static final List<Integer> ALWAYS_KEPT_FROM_OTHERS = List.of(WRITES, RESIZES);

    /** The byte of the first thing that is done. */
    private static final int DONE = 100;

    /** The byte of the first thing that nobody else may do. */
    private static final int NOT_SHARED = 200;

    /** The unit in which the host tells how much space a file takes. */
    private static final int BLOCK = 512;

    private static final int READ_LOCK = 0;
    private static final int WRITE_LOCK = 1;
    private static final int UNLOCKED = 2;

    private final LinuxCalls calls;
    private final int descriptor;

    private FileUser(LinuxCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Whether this host has what it takes. */
    static boolean available() {
        return LinuxCalls.available();
    }

    /** Opens the file once more; it is not locked yet. */
    static FileUser open(Path file, boolean readOnly) throws IOException {
        LinuxCalls calls = new LinuxCalls();
        try {
            byte[] name = file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
            return new FileUser(calls, calls.open(name, readOnly ? LinuxCalls.O_RDONLY : LinuxCalls.O_RDWR));
        } catch (HostCallException e) {
            calls.close();
            throw new IOException(file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Locks the file, or returns false if somebody else's use of it stands in the way. */
    boolean lock(Path file, boolean readOnly) {
        List<Integer> done = readOnly ? List.of(READS) : List.of(READS, WRITES, RESIZES);
        try {
            // All locks come before the first look at others': of two that come at once, at least one sees the other.
            for (int what : done) {
                lock(DONE + what);
            }
            for (int what : ALWAYS_KEPT_FROM_OTHERS) {
                lock(NOT_SHARED + what);
            }
            return done.stream().noneMatch(what -> isLockedByOthers(NOT_SHARED + what))
                    && ALWAYS_KEPT_FROM_OTHERS.stream().noneMatch(what -> isLockedByOthers(DONE + what));
        } catch (HostCallException e) {
            if (e.errno() == Errno.EAGAIN || e.errno() == Errno.EACCES) {
                return false;
            }
            // Some network file systems have no locks. That is worth a warning, not worth having no disk.
            LOG.log(Level.WARNING, "disk {0} cannot be locked on this file system: {1}", file, e.getMessage());
            return true;
        }
    }

    private void lock(long at) throws HostCallException {
        calls.lock(descriptor, LinuxCalls.F_OFD_SETLK, new LinuxCalls.FileLock(READ_LOCK, at, 1, 0));
    }

    private boolean isLockedByOthers(long at) {
        try {
            return calls.lock(descriptor, LinuxCalls.F_OFD_GETLK, new LinuxCalls.FileLock(WRITE_LOCK, at, 1, 0))
                            .type()
                    != UNLOCKED;
        } catch (HostCallException e) {
            LOG.log(Level.DEBUG, "locks cannot be asked for: {0}", e.getMessage());
            return false;
        }
    }

    /** See {@link HostFile#release}. */
    synchronized boolean release(long offset, long length) throws IOException {
        try {
            calls.fallocate(
                    descriptor, LinuxCalls.FALLOC_FL_KEEP_SIZE | LinuxCalls.FALLOC_FL_PUNCH_HOLE, offset, length);
            return true;
        } catch (HostCallException e) {
            if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EINVAL || e.errno() == Errno.EPERM) {
                return false;
            }
            throw new IOException("space could not be given back to the host: " + e.getMessage(), e);
        }
    }

    /** See {@link ImageFile#space}. */
    synchronized OptionalLong space() {
        try {
            return OptionalLong.of(calls.status(descriptor).blocks() * BLOCK);
        } catch (HostCallException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public synchronized void close() {
        calls.close(descriptor);
        calls.close();
    }
}
