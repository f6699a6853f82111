package dev.ravel.share;

import dev.ravel.host.posix.FileMode;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.ninep.Qid;
import java.util.HashMap;
import java.util.Map;

/**
 * Names for files that are never the same for two: inode numbers for the file system of the folder, and others for
 * those that are mounted in it.
 */
final class QidPaths {
    private static final int INODE_BITS = 48;
    private static final long LAST_SPACE = 0xffffL << INODE_BITS;

    private final Map<Long, Long> spaces = new HashMap<>();
    private final Map<File, Long> numbered = new HashMap<>();

    private record File(long device, long inode) {}

    /** The files on {@code device} are called by their inode numbers. */
    QidPaths(long device) {
        spaces.put(device, 0L);
    }

    /** The qid of a file. */
    Qid of(FileStatus status) {
        int version = Long.hashCode(
                status.modified().seconds() * 1_000_000_007L ^ status.modified().nanos() ^ status.size() << 8);
        return new Qid(type(status.mode()), version, path(status.device(), status.inode()));
    }

    /** The qid of an entry of a directory, which is likely on the directory's file system. */
    Qid ofEntry(long device, long inode, int kind) {
        return new Qid(type(kind << 12), 0, path(device, inode));
    }

    private static int type(int mode) {
        return FileMode.isDirectory(mode) ? Qid.DIRECTORY : FileMode.isSymlink(mode) ? Qid.SYMLINK : Qid.FILE;
    }

    private long path(long device, long inode) {
        long space = spaces.computeIfAbsent(device, d -> (long) spaces.size());
        if (inode >>> INODE_BITS == 0 && space < LAST_SPACE >>> INODE_BITS) {
            return space << INODE_BITS | inode;
        }
        return numbered.computeIfAbsent(new File(device, inode), f -> LAST_SPACE | numbered.size());
    }
}
