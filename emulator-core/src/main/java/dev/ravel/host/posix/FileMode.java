package dev.ravel.host.posix;

/** The bits of a file's mode. */
public final class FileMode {
    /** The bits that tell the kind. */
    public static final int KIND = 0170000;

    /** A socket. */
    public static final int SOCKET = 0140000;

    /** A symbolic link. */
    public static final int SYMLINK = 0120000;

    /** A regular file. */
    public static final int REGULAR = 0100000;

    /** A block device. */
    public static final int BLOCK_DEVICE = 0060000;

    /** A directory. */
    public static final int DIRECTORY = 0040000;

    /** A character device. */
    public static final int CHARACTER_DEVICE = 0020000;

    /** A pipe with a name. */
    public static final int FIFO = 0010000;

    /** Set-user-ID, set-group-ID, sticky, and the nine permissions. */
    public static final int PERMISSIONS = 07777;

    private FileMode() {}

    /** Whether the mode is that of a directory. */
    public static boolean isDirectory(int mode) {
        return (mode & KIND) == DIRECTORY;
    }

    /** Whether the mode is that of a regular file. */
    public static boolean isRegular(int mode) {
        return (mode & KIND) == REGULAR;
    }

    /** Whether the mode is that of a symbolic link. */
    public static boolean isSymlink(int mode) {
        return (mode & KIND) == SYMLINK;
    }

    /** Whether the mode is that of a device, a pipe or a socket. */
    public static boolean isSpecial(int mode) {
        return switch (mode & KIND) {
            case SOCKET, BLOCK_DEVICE, CHARACTER_DEVICE, FIFO -> true;
            default -> false;
        };
    }
}
