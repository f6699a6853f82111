package dev.ravel.host.posix;

/** Numbers of errors as Linux counts them on every architecture that Ravel runs on. */
public final class Errno {
    /** Not permitted. */
    public static final int EPERM = 1;

    /** No such file. */
    public static final int ENOENT = 2;

    /** A call was interrupted. */
    public static final int EINTR = 4;

    /** An error of input or output. */
    public static final int EIO = 5;

    /** A bad file descriptor. */
    public static final int EBADF = 9;

    /** Not now; try again. */
    public static final int EAGAIN = 11;

    /** The permissions forbid it. */
    public static final int EACCES = 13;

    /** The file is there already. */
    public static final int EEXIST = 17;

    /** A link across file systems. */
    public static final int EXDEV = 18;

    /** Not a directory. */
    public static final int ENOTDIR = 20;

    /** A directory. */
    public static final int EISDIR = 21;

    /** A bad argument. */
    public static final int EINVAL = 22;

    /** Too many open files in the system. */
    public static final int ENFILE = 23;

    /** Too many open files. */
    public static final int EMFILE = 24;

    /** The file is too large. */
    public static final int EFBIG = 27;

    /** A read-only file system. */
    public static final int EROFS = 30;

    /** A result does not fit. */
    public static final int ERANGE = 34;

    /** A name is too long. */
    public static final int ENAMETOOLONG = 36;

    /** The directory is not empty. */
    public static final int ENOTEMPTY = 39;

    /** Too many symbolic links. */
    public static final int ELOOP = 40;

    /** No such data, such as an extended attribute. */
    public static final int ENODATA = 61;

    /** A broken protocol. */
    public static final int EPROTO = 71;

    /** A message is too long. */
    public static final int EMSGSIZE = 90;

    /** Not supported. */
    public static final int EOPNOTSUPP = 95;

    /** A file of a network file system that is no longer there. */
    public static final int ESTALE = 116;

    private Errno() {}
}
