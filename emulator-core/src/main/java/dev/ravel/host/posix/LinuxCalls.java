package dev.ravel.host.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Calls of a 64-bit Linux host, named and meant as in section 2 of its manual. Names are bytes: neither the JVM's
 * locale nor its idea of a path comes between. A call that a signal interrupted is made again.
 *
 * <p>An instance has scratch memory of its own and is used by one thread at a time. Closing it closes no file.
 */
@SuppressWarnings("restricted") // Native calls are what this is for.
public final class LinuxCalls implements AutoCloseable {
    /** {@code openat}: for reading. */
    public static final int O_RDONLY = 0;

    /** {@code openat}: for writing. */
    public static final int O_WRONLY = 1;

    /** {@code openat}: for both. */
    public static final int O_RDWR = 2;

    /** The bits that hold one of the three. */
    public static final int O_ACCMODE = 3;

    /** {@code openat}: make the file if it is not there. */
    public static final int O_CREAT = 0100;

    /** {@code openat}: with {@link #O_CREAT}, it must not be there. */
    public static final int O_EXCL = 0200;

    /** {@code openat}: cut it to length 0. */
    public static final int O_TRUNC = 01000;

    /** {@code openat}: do not wait for the other end of a pipe. */
    public static final int O_NONBLOCK = 04000;

    /** {@code openat}: writes return when data is on stable storage. */
    public static final int O_DSYNC = 010000;

    /** {@code openat}: as {@link #O_DSYNC}, and all that belongs to the file too. */
    public static final int O_SYNC = 04010000;

    /** {@code openat}: a place, not a file that can be read; needs no permission on it. */
    public static final int O_PATH = 010000000;

    private static final int O_CLOEXEC = 02000000;
    private static final boolean ARM = architecture().equals("aarch64");

    /** {@code openat}: fails unless it is a directory. */
    public static final int O_DIRECTORY = ARM ? 040000 : 0200000;

    /** {@code openat}: a symbolic link is not followed. */
    public static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;

    /** {@code unlinkat}: a directory. */
    public static final int AT_REMOVEDIR = 0x200;

    /** {@code fcntl} on open file descriptions: who stands in the way of a lock. */
    public static final int F_OFD_GETLK = 36;

    /** {@code fcntl} on open file descriptions: lock or unlock, or fail. */
    public static final int F_OFD_SETLK = 37;

    /** {@code fallocate}: the file stays as long as it is. */
    public static final int FALLOC_FL_KEEP_SIZE = 1;

    /** {@code fallocate}: with {@link #FALLOC_FL_KEEP_SIZE}, space is given back, and what was there reads as zeroes. */
    public static final int FALLOC_FL_PUNCH_HOLE = 2;

    /** The longest name of a file, in bytes. */
    public static final int NAME_MAX = 255;

    /** The longest path, in bytes, with its end. */
    public static final int PATH_MAX = 4096;

    /** The largest value, or list of names, of extended attributes. */
    public static final int XATTR_MAX = 65_536;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_AND_BIRTH = 0xfff;
    private static final byte[] NO_NAME = {};

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_FIELD =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPENAT = variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle STATX =
            function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle MKDIRAT = function("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SYMLINKAT = function("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle LINKAT =
            function("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle READLINKAT =
            function("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle RENAMEAT = function("renameat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle UNLINKAT = function("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CHMOD = function("chmod", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle UTIMENSAT = function("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle PREAD = function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE = function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FTRUNCATE = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FALLOCATE =
            function("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FSYNC = function("fsync", JAVA_INT, JAVA_INT);
    private static final MethodHandle FDATASYNC = function("fdatasync", JAVA_INT, JAVA_INT);
    private static final MethodHandle LSEEK = function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SYSCALL_GETDENTS =
            variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle FSTATFS = function("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle LGETXATTR =
            function("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle GETXATTR = function("getxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle SETXATTR =
            function("setxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle REMOVEXATTR = function("removexattr", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle LISTXATTR = function("listxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle FCNTL_LOCK = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

    /** The number of {@code getdents64}, which older C libraries give no function for. */
    private static final long GETDENTS64 = architecture().equals("amd64") ? 217 : 61;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
    private final MemorySegment path = arena.allocate(PATH_MAX + 1);
    private final MemorySegment otherPath = arena.allocate(PATH_MAX + 1);
    private final MemorySegment structure = arena.allocate(256, 8);
    private final MemorySegment attributes = arena.allocate(XATTR_MAX);

    private static String architecture() {
        return System.getProperty("os.arch");
    }

    /** Whether this host has these calls. Anything else of this class may only be used if it has. */
    public static boolean available() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")
                && Set.of("amd64", "aarch64", "riscv64").contains(architecture());
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), ERRNO);
    }

    private static MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                ERRNO,
                Linker.Option.firstVariadicArg(fixed));
    }

    @FunctionalInterface
    private interface Call {
        long run() throws Throwable;
    }

    private long call(Call call) throws HostCallException {
        while (true) {
            long result;
            try {
                result = call.run();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a call of the host's C library could not be made", e);
            }
            if (result >= 0) {
                return result;
            }
            int number = (int) ERRNO_FIELD.get(errno, 0L);
            if (number != Errno.EINTR) {
                throw new HostCallException(number);
            }
        }
    }

    private static MemorySegment put(MemorySegment memory, byte[] name) throws HostCallException {
        if (name.length >= PATH_MAX) {
            throw new HostCallException(Errno.ENAMETOOLONG);
        }
        for (byte b : name) {
            if (b == 0) {
                throw new HostCallException(Errno.EINVAL);
            }
        }
        MemorySegment.copy(name, 0, memory, JAVA_BYTE, 0, name.length);
        memory.set(JAVA_BYTE, name.length, (byte) 0);
        return memory;
    }

    /** A path that leads to what a descriptor stands for, whatever its name is by now. */
    private MemorySegment descriptorPath(int descriptor) throws HostCallException {
        return put(path, ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.US_ASCII));
    }

    /** Opens a file; the descriptor is not passed on to other programs. */
    public int openat(int directory, byte[] name, int flags, int mode) throws HostCallException {
        MemorySegment p = put(path, name);
        return (int) call(() -> (int) OPENAT.invokeExact(errno, directory, p, flags | O_CLOEXEC, mode));
    }

    /** Opens a path of the host from its root or the current directory. */
    public int open(byte[] name, int flags) throws HostCallException {
        return openat(AT_FDCWD, name, flags, 0);
    }

    /** Opens again what a descriptor stands for, which may come from {@link #O_PATH}. */
    public int reopen(int descriptor, int flags) throws HostCallException {
        MemorySegment p = descriptorPath(descriptor);
        return (int) call(() -> (int) OPENAT.invokeExact(errno, AT_FDCWD, p, flags | O_CLOEXEC, 0));
    }

    /** Closes a descriptor. */
    public void close(int descriptor) {
        try {
            // Linux has closed it also when it says that it was interrupted.
            int ignored = (int) CLOSE.invokeExact(errno, descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a descriptor could not be closed", e);
        }
    }

    /** The status of a file in a directory; a symbolic link is not followed. */
    public FileStatus status(int directory, byte[] name) throws HostCallException {
        MemorySegment p = put(path, name);
        int flags = AT_SYMLINK_NOFOLLOW | (name.length == 0 ? AT_EMPTY_PATH : 0);
        call(() -> (int) STATX.invokeExact(errno, directory, p, flags, STATX_BASIC_AND_BIRTH, structure));
        return StatusReader.read(structure);
    }

    /** The status of what a descriptor stands for. */
    public FileStatus status(int descriptor) throws HostCallException {
        return status(descriptor, NO_NAME);
    }

    /** Makes a directory. */
    public void mkdirat(int directory, byte[] name, int mode) throws HostCallException {
        MemorySegment p = put(path, name);
        call(() -> (int) MKDIRAT.invokeExact(errno, directory, p, mode));
    }

    /** Makes a symbolic link. */
    public void symlinkat(byte[] target, int directory, byte[] name) throws HostCallException {
        MemorySegment t = put(otherPath, target);
        MemorySegment p = put(path, name);
        call(() -> (int) SYMLINKAT.invokeExact(errno, t, directory, p));
    }

    /** Gives a file another name; a symbolic link is not followed. */
    public void linkat(int directory, byte[] name, int newDirectory, byte[] newName) throws HostCallException {
        MemorySegment p = put(path, name);
        MemorySegment n = put(otherPath, newName);
        call(() -> (int) LINKAT.invokeExact(errno, directory, p, newDirectory, n, 0));
    }

    /** Where a symbolic link leads. */
    public byte[] readlinkat(int directory, byte[] name) throws HostCallException {
        MemorySegment p = put(path, name);
        int length = (int) call(() -> (long) READLINKAT.invokeExact(errno, directory, p, otherPath, (long) PATH_MAX));
        return otherPath.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** Gives a file another place. */
    public void renameat(int directory, byte[] name, int newDirectory, byte[] newName) throws HostCallException {
        MemorySegment p = put(path, name);
        MemorySegment n = put(otherPath, newName);
        call(() -> (int) RENAMEAT.invokeExact(errno, directory, p, newDirectory, n));
    }

    /** Removes a name. */
    public void unlinkat(int directory, byte[] name, int flags) throws HostCallException {
        MemorySegment p = put(path, name);
        call(() -> (int) UNLINKAT.invokeExact(errno, directory, p, flags));
    }

    /** Sets the permissions of what a descriptor stands for: not a symbolic link. */
    public void chmod(int descriptor, int mode) throws HostCallException {
        MemorySegment p = descriptorPath(descriptor);
        call(() -> (int) CHMOD.invokeExact(errno, p, mode));
    }

    /** A time to set: what is given, {@link #NOW} or {@link #OMIT}. */
    public record NewTime(long seconds, long nanos) {
        /** The time of the call. */
        public static final NewTime NOW = new NewTime(0, (1 << 30) - 1);

        /** The time stays as it is. */
        public static final NewTime OMIT = new NewTime(0, (1 << 30) - 2);
    }

    /** Sets the times of what a descriptor stands for. */
    public void utimens(int descriptor, NewTime accessed, NewTime modified) throws HostCallException {
        MemorySegment p = descriptorPath(descriptor);
        structure.set(JAVA_LONG, 0, accessed.seconds);
        structure.set(JAVA_LONG, 8, accessed.nanos);
        structure.set(JAVA_LONG, 16, modified.seconds);
        structure.set(JAVA_LONG, 24, modified.nanos);
        call(() -> (int) UTIMENSAT.invokeExact(errno, AT_FDCWD, p, structure, 0));
    }

    /** Reads from a place in a file; less than asked for, or nothing, at its end. */
    public int pread(int descriptor, MemorySegment into, long offset) throws HostCallException {
        return (int) call(() -> (long) PREAD.invokeExact(errno, descriptor, into, into.byteSize(), offset));
    }

    /** Writes at a place in a file; maybe less than asked for. */
    public int pwrite(int descriptor, MemorySegment from, long offset) throws HostCallException {
        return (int) call(() -> (long) PWRITE.invokeExact(errno, descriptor, from, from.byteSize(), offset));
    }

    /** Sets the length of a file. */
    public void ftruncate(int descriptor, long length) throws HostCallException {
        call(() -> (int) FTRUNCATE.invokeExact(errno, descriptor, length));
    }

    /** Changes what space of the host a part of a file takes. */
    public void fallocate(int descriptor, int mode, long offset, long length) throws HostCallException {
        call(() -> (int) FALLOCATE.invokeExact(errno, descriptor, mode, offset, length));
    }

    /** Returns when the file is on stable storage, or only what is needed to read its data. */
    public void sync(int descriptor, boolean dataOnly) throws HostCallException {
        call(() ->
                dataOnly ? (int) FDATASYNC.invokeExact(errno, descriptor) : (int) FSYNC.invokeExact(errno, descriptor));
    }

    /** Sets from where {@link #getdents} goes on: 0, or what an entry says. */
    public void seek(int descriptor, long offset) throws HostCallException {
        call(() -> (long) LSEEK.invokeExact(errno, descriptor, offset, 0));
    }

    /** Reads entries of a directory in the form of {@link DirectoryEntries}; returns bytes, 0 at the end. */
    public int getdents(int descriptor, MemorySegment into) throws HostCallException {
        return (int)
                call(() -> (long) SYSCALL_GETDENTS.invokeExact(errno, GETDENTS64, descriptor, into, into.byteSize()));
    }

    /** The file system that a descriptor is on. */
    public FileSystemStatus fileSystem(int descriptor) throws HostCallException {
        call(() -> (int) FSTATFS.invokeExact(errno, descriptor, structure));
        return new FileSystemStatus(
                (int) structure.get(JAVA_LONG, 8),
                structure.get(JAVA_LONG, 16),
                structure.get(JAVA_LONG, 24),
                structure.get(JAVA_LONG, 32),
                structure.get(JAVA_LONG, 40),
                structure.get(JAVA_LONG, 48),
                structure.get(JAVA_LONG, 56),
                (int) structure.get(JAVA_LONG, 64));
    }

    /** An extended attribute of what a descriptor stands for. */
    public byte[] getxattr(int descriptor, byte[] name) throws HostCallException {
        MemorySegment p = descriptorPath(descriptor);
        MemorySegment n = put(otherPath, name);
        int length = (int) call(() -> (long) GETXATTR.invokeExact(errno, p, n, attributes, (long) XATTR_MAX));
        return attributes.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** An extended attribute of a file in a directory; a symbolic link is not followed. */
    public byte[] getxattr(int directory, byte[] file, byte[] name) throws HostCallException {
        byte[] prefix = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(prefix, prefix.length + file.length);
        System.arraycopy(file, 0, whole, prefix.length, file.length);
        MemorySegment p = put(path, whole);
        MemorySegment n = put(otherPath, name);
        int length = (int) call(() -> (long) LGETXATTR.invokeExact(errno, p, n, attributes, (long) XATTR_MAX));
        return attributes.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /**
     * Sets an extended attribute of what a descriptor stands for.
     *
     * @param flags 1: it must be new; 2: it must be there
     */
    public void setxattr(int descriptor, byte[] name, byte[] value, int flags) throws HostCallException {
        if (value.length > XATTR_MAX) {
            throw new HostCallException(Errno.ERANGE);
        }
        MemorySegment p = descriptorPath(descriptor);
        MemorySegment n = put(otherPath, name);
        MemorySegment.copy(value, 0, attributes, JAVA_BYTE, 0, value.length);
        call(() -> (int) SETXATTR.invokeExact(errno, p, n, attributes, (long) value.length, flags));
    }

    /** Removes an extended attribute of what a descriptor stands for. */
    public void removexattr(int descriptor, byte[] name) throws HostCallException {
        MemorySegment p = descriptorPath(descriptor);
        MemorySegment n = put(otherPath, name);
        call(() -> (int) REMOVEXATTR.invokeExact(errno, p, n));
    }

    /** The names of the extended attributes of what a descriptor stands for, each ended by a zero byte. */
    public byte[] listxattr(int descriptor) throws HostCallException {
        MemorySegment p = descriptorPath(descriptor);
        int length = (int) call(() -> (long) LISTXATTR.invokeExact(errno, p, attributes, (long) XATTR_MAX));
        return attributes.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /**
     * A lock on a range of a file.
     *
     * @param type 0: for reading, 1: for writing, 2: none
     * @param length bytes; 0: to the end, however long the file becomes
     * @param process who holds it; -1 if that is an open file description
     */
    public record FileLock(int type, long start, long length, int process) {}

    /**
     * Locks that belong to the descriptor's open file description.
     *
     * @param command {@link #F_OFD_GETLK} or {@link #F_OFD_SETLK}
     * @return for {@link #F_OFD_GETLK} the lock that stands in the way, of type 2 if none does
     */
    public FileLock lock(int descriptor, int command, FileLock lock) throws HostCallException {
        structure.set(JAVA_SHORT, 0, (short) lock.type);
        structure.set(JAVA_SHORT, 2, (short) 0);
        structure.set(JAVA_INT, 4, 0);
        structure.set(JAVA_LONG, 8, lock.start);
        structure.set(JAVA_LONG, 16, lock.length);
        structure.set(JAVA_LONG, 24, 0);
        call(() -> (int) FCNTL_LOCK.invokeExact(errno, descriptor, command, structure));
        return new FileLock(
                structure.get(JAVA_SHORT, 0),
                structure.get(JAVA_LONG, 8),
                structure.get(JAVA_LONG, 16),
                structure.get(JAVA_INT, 24));
    }

    @Override
    public void close() {
        arena.close();
    }
}
